-- What a sealed copy has beside the warehouse. A load would make it untrue, so none is let in.

-- What the file is: one row.
CREATE TABLE seal (
    about          TEXT    NOT NULL,  -- what the file is, for whoever opens it
    sealed_at      TEXT    NOT NULL,  -- ISO-8601, UTC
    version        TEXT    NOT NULL,  -- of the scli that sealed it
    schema_version INTEGER NOT NULL,  -- as PRAGMA user_version has it
    load_id        INTEGER NOT NULL REFERENCES load (id)  -- the last load that it knows
) STRICT;

-- The answers, as the SQL gave them when the file was sealed.
CREATE TABLE answer (
    number    INTEGER NOT NULL UNIQUE,       -- in the order of the questions, from 1
    question  TEXT    NOT NULL PRIMARY KEY,  -- its name
    title     TEXT    NOT NULL,              -- what was asked
    published REAL,                          -- as the application before scli answered; NULL without data
    corrected REAL,                          -- what was asked, answered; NULL without data
    unit      TEXT    NOT NULL,              -- what the numbers count
    note      TEXT,                          -- why the two differ; NULL where they cannot
    sql       TEXT    NOT NULL,              -- runs as it stands, and gives both numbers
    load_id   INTEGER NOT NULL REFERENCES load (id)  -- the last load that the answer knows
) STRICT;

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
