-- What a sealed copy has beside the warehouse. A load would make it untrue, so none is let in.

-- What the file is: one row.
CREATE TABLE seal (
    about          TEXT    NOT NULL,  -- what the file is, for whoever opens it
    sealed_at      TEXT    NOT NULL,  -- ISO-8601, UTC
    version        TEXT    NOT NULL,  -- of the scli that sealed it
    schema_version INTEGER NOT NULL,  -- as PRAGMA user_version has it
    load_id        INTEGER NOT NULL REFERENCES load (id)  -- the last load that it knows
) STRICT;

-- The answers, as the SQL gave them when the file was sealed; whole numbers are REAL as well, since
-- DuckDB wants one type in a column.
CREATE TABLE answer (
    number    INTEGER NOT NULL UNIQUE,       -- in the order of the questions, from 1
    question  TEXT    NOT NULL PRIMARY KEY,  -- its name
    title     TEXT    NOT NULL,              -- what was asked
    published REAL,                          -- as the application before scli answered; NULL without data
    corrected REAL,                          -- what was asked, answered; NULL without data, or for other readings
    unit      TEXT    NOT NULL,              -- what the numbers count
    note      TEXT,                          -- why the readings differ; NULL where they cannot
    never_loaded TEXT,                       -- the models that it reads and no load brought; NULL where none
    sql       TEXT    NOT NULL,              -- runs as it stands, and gives the numbers
    load_id   INTEGER NOT NULL REFERENCES load (id)  -- the last load that the answer knows
) STRICT;

-- Each answer in each of its readings: those of a project's own questions may have any names.
CREATE TABLE answer_reading (
    question TEXT    NOT NULL REFERENCES answer (question),
    number   INTEGER NOT NULL,  -- in the order of the readings, from 1
    reading  TEXT    NOT NULL,  -- its name
    value    REAL,              -- the answer in it; NULL without data
    load_id  INTEGER NOT NULL REFERENCES load (id),  -- the last load that the answer knows
    PRIMARY KEY (question, number)
) STRICT, WITHOUT ROWID;

-- The loads that each answer rests on.
CREATE TABLE answer_load (
    question TEXT    NOT NULL REFERENCES answer (question),
    load_id  INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (question, load_id)
) STRICT, WITHOUT ROWID;

-- The same with the files that were loaded.
CREATE VIEW answer_receipt (question, load_id, model, source, sha256, finished_at) AS
SELECT a.question, a.load_id, l.model, l.source, l.sha256, l.finished_at
FROM answer_load AS a
JOIN load AS l ON l.id = a.load_id;

INSERT INTO data_dictionary (topic, table_name, kind, column_name, type, unit, meaning) VALUES
    ('file', 'seal', 'table', NULL, NULL, NULL, 'What this sealed copy is: one row'),
    ('file', 'seal', 'table', 'about', 'TEXT', NULL, 'What the file is, for whoever opens it'),
    ('file', 'seal', 'table', 'sealed_at', 'TEXT', 'ISO-8601, UTC', 'When it was sealed'),
    ('file', 'seal', 'table', 'version', 'TEXT', NULL, 'The version of the scli that sealed it'),
    ('file', 'seal', 'table', 'schema_version', 'INTEGER', NULL, 'The version of its schema'),
    ('file', 'seal', 'table', 'load_id', 'INTEGER', 'load.id', 'The last load that it knows'),
    ('file', 'answer', 'table', NULL, NULL, NULL, 'The answers, as the SQL gave them when the file was sealed'),
    ('file', 'answer', 'table', 'number', 'INTEGER', NULL, 'The order of the questions, from 1'),
    ('file', 'answer', 'table', 'question', 'TEXT', NULL, 'The name of the question'),
    ('file', 'answer', 'table', 'title', 'TEXT', NULL, 'What was asked'),
    ('file', 'answer', 'table', 'published', 'REAL', 'answer.unit', 'As the application before scli answered; NULL without data'),
    ('file', 'answer', 'table', 'corrected', 'REAL', 'answer.unit', 'What was asked, answered; NULL without data, or for other readings'),
    ('file', 'answer', 'table', 'unit', 'TEXT', NULL, 'What the numbers count'),
    ('file', 'answer', 'table', 'note', 'TEXT', NULL, 'Why the readings differ; NULL where they cannot'),
    ('file', 'answer', 'table', 'never_loaded', 'TEXT', NULL, 'The models that it reads and that were never loaded; NULL where all were'),
    ('file', 'answer', 'table', 'sql', 'TEXT', NULL, 'The SQL of the question: it runs as it stands'),
    ('file', 'answer', 'table', 'load_id', 'INTEGER', 'load.id', 'The last load that the answer knows'),
    ('file', 'answer_reading', 'table', NULL, NULL, NULL, 'Each answer in each of its readings'),
    ('file', 'answer_reading', 'table', 'question', 'TEXT', 'answer.question', 'The name of the question'),
    ('file', 'answer_reading', 'table', 'number', 'INTEGER', NULL, 'The order of the readings of a question, from 1'),
    ('file', 'answer_reading', 'table', 'reading', 'TEXT', NULL, 'The name of the reading'),
    ('file', 'answer_reading', 'table', 'value', 'REAL', 'answer.unit', 'The answer in this reading; NULL without data'),
    ('file', 'answer_reading', 'table', 'load_id', 'INTEGER', 'load.id', 'The last load that the answer knows'),
    ('file', 'answer_load', 'table', NULL, NULL, NULL, 'The loads that each answer rests on'),
    ('file', 'answer_load', 'table', 'question', 'TEXT', 'answer.question', 'The name of the question'),
    ('file', 'answer_load', 'table', 'load_id', 'INTEGER', 'load.id', 'The load'),
    ('file', 'answer_receipt', 'view', NULL, NULL, NULL, 'The files that each answer rests on'),
    ('file', 'answer_receipt', 'view', 'question', 'TEXT', 'answer.question', 'The name of the question'),
    ('file', 'answer_receipt', 'view', 'load_id', 'INTEGER', 'load.id', 'The load'),
    ('file', 'answer_receipt', 'view', 'model', 'TEXT', NULL, 'The model that was loaded'),
    ('file', 'answer_receipt', 'view', 'source', 'TEXT', NULL, 'The path of the source as it was given, or - for standard input'),
    ('file', 'answer_receipt', 'view', 'sha256', 'TEXT', 'SHA-256, hex', 'Of the bytes of the source; NULL if it was not read to its end'),
    ('file', 'answer_receipt', 'view', 'finished_at', 'TEXT', 'ISO-8601, UTC', 'When the load was done');
