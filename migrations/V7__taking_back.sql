-- A load can be taken back, a person can be taken out, and old versions can be dropped.
PRAGMA user_version = 7;

-- What wrote the entry: load, replay, undo, forget or dismiss.
ALTER TABLE load ADD COLUMN kind TEXT NOT NULL DEFAULT 'load';
UPDATE load SET kind = 'replay' WHERE collector = 'replay';
-- Of an undo: the load that it took back. Of a load: the undo that took it back; NULL while it stands.
ALTER TABLE load ADD COLUMN undoes INTEGER REFERENCES load (id);
ALTER TABLE load ADD COLUMN undone_by INTEGER REFERENCES load (id);
CREATE INDEX load_undoes ON load (undoes) WHERE undoes IS NOT NULL;
-- Records that an undo or a forget took out of the table.
ALTER TABLE load ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
-- Records of forgotten people, which were not taken in.
ALTER TABLE load ADD COLUMN suppressed INTEGER NOT NULL DEFAULT 0;

-- Of a record that an undo set aside again: the first one, which has the place, the source and the header.
ALTER TABLE reject ADD COLUMN copy_of INTEGER;

DROP INDEX load_wrote;
CREATE INDEX load_wrote ON load (id) WHERE outcome = 'done' AND inserted + updated + removed > 0;

-- Titles and addresses whose last stream was taken back. They keep their numbers.
CREATE TABLE streamed_movie_history (
    id          INTEGER NOT NULL,
    title       TEXT    NOT NULL,
    title_key   TEXT    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (id, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE streaming_user_history (
    id          INTEGER NOT NULL,
    email       TEXT    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (id, load_id)
) STRICT, WITHOUT ROWID;

-- Earlier versions of streams refer to either, which no foreign key can say.
DROP VIEW stream_history;
CREATE TABLE stream_fact_history_once (
    start_at    INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,  -- in streaming_user, or else in its history
    movie_id    INTEGER NOT NULL,  -- in streamed_movie, or else in its history
    end_at      INTEGER NOT NULL,
    size_mb     REAL    NOT NULL,
    id          BLOB    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (start_at, user_id, movie_id, end_at, load_id)
) STRICT, WITHOUT ROWID;
INSERT INTO stream_fact_history_once SELECT * FROM stream_fact_history;
DROP TABLE stream_fact_history;
ALTER TABLE stream_fact_history_once RENAME TO stream_fact_history;

CREATE VIEW stream_history (id, movie_title, user_email, size_mb, start_at, end_at, load_id, replaced_by) AS
SELECT
    lower(hex(f.id)),
    coalesce(
        (SELECT title FROM streamed_movie WHERE id = f.movie_id),
        (SELECT max(title) FROM streamed_movie_history WHERE id = f.movie_id)
    ),
    coalesce(
        (SELECT email FROM streaming_user WHERE id = f.user_id),
        (SELECT max(email) FROM streaming_user_history WHERE id = f.user_id)
    ),
    f.size_mb,
    strftime('%Y-%m-%dT%H:%M:%S', (f.start_at - (f.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.start_at % 1000000 + 1000000) % 1000000),
    strftime('%Y-%m-%dT%H:%M:%S', (f.end_at - (f.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.end_at % 1000000 + 1000000) % 1000000),
    f.load_id,
    f.replaced_by
FROM stream_fact_history AS f;

-- The people who were forgotten, so that no later source brings them back. A digest hides an address only
-- from those who do not have the file: it holds the key.
CREATE TABLE forgotten (
    digest BLOB    NOT NULL PRIMARY KEY,  -- HMAC-SHA-256 of the address in Unicode lower case
    at     TEXT    NOT NULL,              -- ISO-8601, UTC
    wiped  INTEGER NOT NULL DEFAULT 0     -- 1 once the file was written anew, without the bytes of what was deleted
) STRICT, WITHOUT ROWID;

CREATE TABLE forget_key (
    key     BLOB NOT NULL,  -- of the digests, random
    made_at TEXT NOT NULL   -- ISO-8601, UTC
) STRICT;

-- Old versions were dropped: what was known before the load cannot be told any more.
CREATE TABLE pruned (
    load_id INTEGER NOT NULL PRIMARY KEY REFERENCES load (id),
    at      TEXT    NOT NULL  -- ISO-8601, UTC
) STRICT;

-- Descriptions of what is new, behind those of the same table.
UPDATE data_dictionary SET position = -position;
UPDATE data_dictionary SET position = -100 * position;
UPDATE data_dictionary SET meaning = 'The form of the source: csv, json or jsonl; else what wrote the entry, as in kind'
WHERE table_name = 'load' AND column_name = 'collector';
UPDATE data_dictionary SET meaning = 'Why it was not done; of a dismissal, why the records need not be mended'
WHERE table_name = 'load' AND column_name = 'reason';
UPDATE data_dictionary SET meaning = 'Why it was not done; of one that is done, that the clock had been moved back before it'
WHERE table_name = 'delivery' AND column_name = 'reason';

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT place.position + new.step, 'loads', 'load', 'table', new.column_name, new.type, new.unit, new.meaning
FROM (SELECT position FROM data_dictionary WHERE table_name = 'load' AND column_name = 'unknown') AS place
JOIN (
    SELECT 1 AS step, 'kind' AS column_name, 'TEXT' AS type, NULL AS unit,
        'What wrote the entry: load, replay, undo, forget or dismiss' AS meaning
    UNION ALL SELECT 2, 'undoes', 'INTEGER', 'load.id', 'Of an undo: the load that it took back'
    UNION ALL SELECT 3, 'undone_by', 'INTEGER', 'load.id', 'The undo that took this load back; NULL while it stands'
    UNION ALL SELECT 4, 'removed', 'INTEGER', 'records', 'How many an undo or a forget took out of the table'
    UNION ALL SELECT 5, 'suppressed', 'INTEGER', 'records', 'How many were of forgotten people, and so not taken in'
) AS new;

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT max(position) + 1, 'loads', 'reject', 'table', 'copy_of', 'INTEGER', 'reject.id',
    'Of a record that an undo set aside again: the first one, which has its place and source'
FROM data_dictionary
WHERE table_name = 'reject';

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT place.position + new.step, 'loads', new.table_name, 'table', new.column_name, new.type, new.unit, new.meaning
FROM (SELECT max(position) AS position FROM data_dictionary WHERE table_name = 'known_file') AS place
JOIN (
    SELECT 1 AS step, 'forgotten' AS table_name, NULL AS column_name, NULL AS type, NULL AS unit,
        'The people who were forgotten: no source brings them back' AS meaning
    UNION ALL SELECT 2, 'forgotten', 'digest', 'BLOB', 'HMAC-SHA-256', 'Of the e-mail address in Unicode lower case'
    UNION ALL SELECT 3, 'forgotten', 'at', 'TEXT', 'ISO-8601, UTC', 'When the person was forgotten'
    UNION ALL SELECT 4, 'forgotten', 'wiped', 'INTEGER', '0 or 1', '1 once the file was written anew, without the bytes of what was deleted'
    UNION ALL SELECT 5, 'forget_key', NULL, NULL, NULL, 'The key of the digests of forgotten people'
    UNION ALL SELECT 6, 'forget_key', 'key', 'BLOB', NULL, 'Random bytes'
    UNION ALL SELECT 7, 'forget_key', 'made_at', 'TEXT', 'ISO-8601, UTC', 'When it was made'
    UNION ALL SELECT 8, 'pruned', NULL, NULL, NULL, 'The loads up to which old versions were dropped'
    UNION ALL SELECT 9, 'pruned', 'load_id', 'INTEGER', 'load.id', 'What was known before this load cannot be told any more'
    UNION ALL SELECT 10, 'pruned', 'at', 'TEXT', 'ISO-8601, UTC', 'When they were dropped'
) AS new;

-- A dictionary's history has the columns of the dictionary, and says when each text went.
INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT place.position + row_number() OVER (ORDER BY d.table_name, d.position), 'history', d.table_name || '_history', d.kind,
    d.column_name, d.type, d.unit, d.meaning
FROM (SELECT max(position) AS position FROM data_dictionary WHERE topic = 'history') AS place
JOIN (
    SELECT position, table_name, kind, column_name, type, unit,
        CASE
            WHEN column_name IS NOT NULL THEN meaning
            WHEN table_name = 'streamed_movie' THEN 'Titles whose last stream was taken back'
            ELSE 'E-mail addresses whose last stream was taken back'
        END AS meaning
    FROM data_dictionary
    WHERE table_name IN ('streamed_movie', 'streaming_user')
    UNION ALL
    SELECT max(position) + 1, table_name, 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load that took the last stream back'
    FROM data_dictionary
    WHERE table_name IN ('streamed_movie', 'streaming_user')
    GROUP BY table_name
) AS d;
