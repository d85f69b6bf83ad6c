-- Files that came together are one delivery, which is one transaction; what a model does not know of a
-- record is kept beside it.
PRAGMA user_version = 6;

-- One row for each delivery: a folder of one night, all files of one date, or one file.
CREATE TABLE delivery (
    id          INTEGER PRIMARY KEY,
    date        TEXT,              -- of the data, as in 2026-11-20 or 2026-11-20T02:30; NULL where nothing tells it
    source      TEXT    NOT NULL,  -- the folder or file as it was given
    started_at  TEXT    NOT NULL,  -- ISO-8601, UTC
    finished_at TEXT,              -- ISO-8601, UTC
    outcome     TEXT    NOT NULL DEFAULT 'done',  -- done, failed, refused or interrupted
    reason      TEXT               -- why it was not done
) STRICT;

-- Until now each load was a transaction of its own.
INSERT INTO delivery (id, source, started_at, finished_at, outcome, reason)
SELECT id, source, started_at, finished_at, outcome, reason FROM load;
ALTER TABLE load ADD COLUMN delivery_id INTEGER REFERENCES delivery (id);
UPDATE load SET delivery_id = id;

-- Records that were older than what is known: kept in the history, and never current.
ALTER TABLE load ADD COLUMN older INTEGER NOT NULL DEFAULT 0;
-- Columns and members that the model does not know, as a JSON array; NULL in loads of a time when nobody looked
-- for them. A record that such a load wrote gets its extra from the next load that has the same record.
ALTER TABLE load ADD COLUMN unknown TEXT;

-- Files as they were when they were loaded, or found to be known: while size and time are the same, a file
-- need not be read again.
CREATE TABLE known_file (
    path        TEXT    NOT NULL,  -- absolute, without links
    model       TEXT    NOT NULL,  -- as in load.model
    bytes       INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,  -- nanoseconds since 1970-01-01T00:00:00Z
    load_id     INTEGER NOT NULL REFERENCES load (id),  -- the load that had these bytes
    PRIMARY KEY (path, model)
) STRICT, WITHOUT ROWID;

-- The ledger grows for years, and each load asks what came of later dates, and with what.
CREATE INDEX delivery_by_date ON delivery (date);
CREATE INDEX load_by_delivery ON load (delivery_id);
-- What every answer names: the last load of each model, and those that wrote.
CREATE INDEX load_done ON load (model, id) WHERE outcome = 'done';
CREATE INDEX load_wrote ON load (id) WHERE outcome = 'done' AND inserted + updated > 0;

-- What waits is looked through by every load, and is little.
CREATE INDEX reject_waiting ON reject (load_id) WHERE resolved_by IS NULL;

ALTER TABLE movie ADD COLUMN extra TEXT;  -- JSON: what the record has beyond what the model knows
ALTER TABLE movie_history ADD COLUMN extra TEXT;
ALTER TABLE user ADD COLUMN extra TEXT;
ALTER TABLE user_history ADD COLUMN extra TEXT;
ALTER TABLE author ADD COLUMN extra TEXT;
ALTER TABLE author_history ADD COLUMN extra TEXT;
ALTER TABLE book ADD COLUMN extra TEXT;
ALTER TABLE book_history ADD COLUMN extra TEXT;
ALTER TABLE review ADD COLUMN extra TEXT;
ALTER TABLE review_history ADD COLUMN extra TEXT;

-- Descriptions of what is new, behind those of the same table.
UPDATE data_dictionary SET position = -position;
UPDATE data_dictionary SET position = -100 * position;

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT max(position) + 1, topic, table_name, kind, 'extra', 'TEXT', 'JSON',
    'Columns and members of the record that the model does not know; NULL where there are none'
FROM data_dictionary
WHERE table_name IN ('movie', 'user', 'author', 'book', 'review',
    'movie_history', 'user_history', 'author_history', 'book_history', 'review_history')
GROUP BY table_name;

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT place.position + new.step, 'loads', new.table_name, 'table', new.column_name, new.type, new.unit, new.meaning
FROM (SELECT max(position) AS position FROM data_dictionary WHERE table_name = 'load') AS place
JOIN (
    SELECT 1 AS step, 'load' AS table_name, 'delivery_id' AS column_name, 'INTEGER' AS type, 'delivery.id' AS unit,
        'The delivery that the source came with' AS meaning
    UNION ALL SELECT 2, 'load', 'older', 'INTEGER', 'records', 'How many were older than what is known: they are in the history alone'
    UNION ALL SELECT 3, 'load', 'unknown', 'TEXT', 'JSON', 'The columns and members that the model does not know; NULL where nobody looked for them'
    UNION ALL SELECT 4, 'delivery', NULL, NULL, NULL, 'The deliveries: files that came together, and were loaded in one transaction'
    UNION ALL SELECT 5, 'delivery', 'id', 'INTEGER', NULL, 'The number of the delivery'
    UNION ALL SELECT 6, 'delivery', 'date', 'TEXT', 'ISO-8601', 'The date of the data, of the names of folders and files; NULL where nothing tells it'
    UNION ALL SELECT 7, 'delivery', 'source', 'TEXT', NULL, 'The folder or file, as it was given'
    UNION ALL SELECT 8, 'delivery', 'started_at', 'TEXT', 'ISO-8601, UTC', 'When its first load began'
    UNION ALL SELECT 9, 'delivery', 'finished_at', 'TEXT', 'ISO-8601, UTC', 'When it was done'
    UNION ALL SELECT 10, 'delivery', 'outcome', 'TEXT', NULL, 'done, failed, refused or interrupted; one that is not done changed no model'
    UNION ALL SELECT 11, 'delivery', 'reason', 'TEXT', NULL, 'Why it was not done'
    UNION ALL SELECT 12, 'known_file', NULL, NULL, NULL, 'The files that scli sync has seen, as they were then: those that are the same are not read again'
    UNION ALL SELECT 13, 'known_file', 'path', 'TEXT', NULL, 'The absolute path of the file, without links'
    UNION ALL SELECT 14, 'known_file', 'model', 'TEXT', NULL, 'As in load.model'
    UNION ALL SELECT 15, 'known_file', 'bytes', 'INTEGER', 'bytes', 'Its size'
    UNION ALL SELECT 16, 'known_file', 'modified_at', 'INTEGER', 'nanoseconds since 1970, UTC', 'When it was last written'
    UNION ALL SELECT 17, 'known_file', 'load_id', 'INTEGER', 'load.id', 'The load that had these bytes'
) AS new;
