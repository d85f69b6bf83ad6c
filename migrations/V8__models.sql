-- Models that are described in a file: what is said of each, and of each of its fields.
PRAGMA user_version = 8;

CREATE TABLE model (
    name     TEXT    NOT NULL PRIMARY KEY,  -- that of the table
    plural   TEXT    NOT NULL,
    key      TEXT    NOT NULL,  -- JSON, the fields in their order
    complete INTEGER NOT NULL,  -- 1 if a file holds everything that its sender knows
    files    TEXT    NOT NULL,  -- JSON, patterns of paths
    load_id  INTEGER NOT NULL REFERENCES load (id)  -- the load that brought the description
) STRICT;

CREATE TABLE model_history (
    name        TEXT    NOT NULL,
    plural      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    complete    INTEGER NOT NULL,
    files       TEXT    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (name, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_field (
    model    TEXT    NOT NULL REFERENCES model (name),
    name     TEXT    NOT NULL,  -- that of the column
    place    INTEGER NOT NULL,  -- from 0
    type     TEXT    NOT NULL,  -- text, integer, real, boolean, date, timestamp or json
    rules    TEXT    NOT NULL,  -- JSON: from, required, minimum, maximum, pattern, enum, missingValues, references, match
    retired  INTEGER NOT NULL,  -- 1 once no description has it
    load_id  INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (model, name)
) STRICT;

CREATE TABLE model_field_history (
    model       TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    place       INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    rules       TEXT    NOT NULL,
    retired     INTEGER NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (model, name, load_id)
) STRICT, WITHOUT ROWID;

UPDATE data_dictionary SET meaning = 'models, described, streams, loads, history, summaries or file'
WHERE table_name = 'data_dictionary' AND column_name = 'topic';

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT place.position + new.step, 'file', new.table_name, 'table', new.column_name, new.type, new.unit, new.meaning
FROM (SELECT max(position) AS position FROM data_dictionary) AS place
JOIN (
    SELECT 1 AS step, 'model' AS table_name, NULL AS column_name, NULL AS type, NULL AS unit,
        'The models that a file described, one row a model' AS meaning
    UNION ALL SELECT 2, 'model', 'name', 'TEXT', NULL, 'The name, which is that of the table'
    UNION ALL SELECT 3, 'model', 'plural', 'TEXT', NULL, 'The usual name of a file'
    UNION ALL SELECT 4, 'model', 'key', 'TEXT', 'JSON', 'The fields that identify a record, in their order'
    UNION ALL SELECT 5, 'model', 'complete', 'INTEGER', '0 or 1', '1 if a file holds everything that its sender knows'
    UNION ALL SELECT 6, 'model', 'files', 'TEXT', 'JSON', 'Patterns of the paths of its files'
    UNION ALL SELECT 7, 'model', 'load_id', 'INTEGER', 'load.id', 'The load that brought the description'
    UNION ALL SELECT 8, 'model_field', NULL, NULL, NULL, 'The fields of those models, one row a field'
    UNION ALL SELECT 9, 'model_field', 'model', 'TEXT', 'model.name', 'The model'
    UNION ALL SELECT 10, 'model_field', 'name', 'TEXT', NULL, 'The name, which is that of the column'
    UNION ALL SELECT 11, 'model_field', 'place', 'INTEGER', NULL, 'Where it stands among the fields, from 0'
    UNION ALL SELECT 12, 'model_field', 'type', 'TEXT', NULL, 'text, integer, real, boolean, date, timestamp or json'
    UNION ALL SELECT 13, 'model_field', 'rules', 'TEXT', 'JSON', 'Where its values come from, and what they must be like'
    UNION ALL SELECT 14, 'model_field', 'retired', 'INTEGER', '0 or 1', '1 once the description has it no longer: the column stays, and is empty'
    UNION ALL SELECT 15, 'model_field', 'load_id', 'INTEGER', 'load.id', 'The load that brought what is said of it'
) AS new;

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT place.position + row_number() OVER (ORDER BY d.table_name, d.position), 'history', d.table_name || '_history', d.kind,
    d.column_name, d.type, d.unit, d.meaning
FROM (SELECT max(position) AS position FROM data_dictionary) AS place
JOIN (
    SELECT position, table_name, kind, column_name, type, unit,
        CASE WHEN column_name IS NOT NULL THEN meaning ELSE 'Earlier descriptions, in the table ' || table_name || ' until then' END AS meaning
    FROM data_dictionary
    WHERE table_name IN ('model', 'model_field')
    UNION ALL
    SELECT max(position) + 1, table_name, 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load that brought another description'
    FROM data_dictionary
    WHERE table_name IN ('model', 'model_field')
    GROUP BY table_name
) AS d;
