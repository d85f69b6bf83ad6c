-- Nothing is forgotten: versions that an update replaced, records that the vendor dropped, loads
-- that failed, and what became of records set aside.
PRAGMA user_version = 2;

-- What a load came to. A load that is not 'done' changed no model.
ALTER TABLE load ADD COLUMN outcome TEXT NOT NULL DEFAULT 'done';  -- done, failed, refused or interrupted
ALTER TABLE load ADD COLUMN reason TEXT;                           -- why it was not done
-- 1 if the source was taken for everything its sender knows, so that what it lacks has vanished.
ALTER TABLE load ADD COLUMN complete INTEGER NOT NULL DEFAULT 0;

-- The header of a CSV source of which records were set aside: without it they could not be read again.
ALTER TABLE load ADD COLUMN header TEXT;

-- The load that settled the record, which took it in after all or found a newer one in its place;
-- NULL while it is set aside.
ALTER TABLE reject ADD COLUMN resolved_by INTEGER REFERENCES load (id);

-- Earlier versions of records, one table a model, with the columns of the model's table. A version
-- was current from its load_id on, until replaced_by.
CREATE TABLE movie_history (
    title             TEXT    NOT NULL,
    title_key         TEXT    NOT NULL,
    duration_mins     INTEGER NOT NULL,
    original_language TEXT    NOT NULL,
    size_mb           INTEGER NOT NULL,
    load_id           INTEGER NOT NULL REFERENCES load (id),
    replaced_by       INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (title, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_history (
    email       TEXT    NOT NULL,
    first_name  TEXT    NOT NULL,
    last_name   TEXT    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (email, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE author_history (
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,
    birth_date  TEXT,
    died_at     TEXT,
    nationality TEXT,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (name, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE book_history (
    title       TEXT    NOT NULL,
    title_key   TEXT    NOT NULL,
    pages       INTEGER NOT NULL,
    author      TEXT    NOT NULL,
    author_key  TEXT    NOT NULL,
    publisher   TEXT    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (title, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_history (
    id              TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    rating          INTEGER NOT NULL,
    movie_title     TEXT    NOT NULL,
    movie_title_key TEXT    NOT NULL,
    book_title      TEXT    NOT NULL,
    book_title_key  TEXT    NOT NULL,
    load_id         INTEGER NOT NULL REFERENCES load (id),
    replaced_by     INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (id, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE stream_fact_history (
    start_at    INTEGER NOT NULL,
    user_id     INTEGER NOT NULL REFERENCES streaming_user (id),
    movie_id    INTEGER NOT NULL REFERENCES streamed_movie (id),
    end_at      INTEGER NOT NULL,
    size_mb     REAL    NOT NULL,
    id          BLOB    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (start_at, user_id, movie_id, end_at, load_id)
) STRICT, WITHOUT ROWID;

-- Earlier versions of streams as people read them.
CREATE VIEW stream_history (id, movie_title, user_email, size_mb, start_at, end_at, load_id, replaced_by) AS
SELECT
    lower(hex(f.id)),
    m.title,
    u.email,
    f.size_mb,
    strftime('%Y-%m-%dT%H:%M:%S', (f.start_at - (f.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.start_at % 1000000 + 1000000) % 1000000),
    strftime('%Y-%m-%dT%H:%M:%S', (f.end_at - (f.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.end_at % 1000000 + 1000000) % 1000000),
    f.load_id,
    f.replaced_by
FROM stream_fact_history AS f
JOIN streamed_movie AS m ON m.id = f.movie_id
JOIN streaming_user AS u ON u.id = f.user_id;

-- Times that a known record was missing from a complete dump. The record itself stays in its table.
CREATE TABLE absence (
    model       TEXT    NOT NULL,  -- as in load.model
    key         TEXT    NOT NULL,  -- of the record: title, email, name or id
    vanished_in INTEGER NOT NULL REFERENCES load (id),  -- the first dump that lacked it
    returned_in INTEGER REFERENCES load (id),           -- the load that had it again; NULL while it is gone
    PRIMARY KEY (model, key, vanished_in)
) STRICT, WITHOUT ROWID;

-- The records that are gone at present.
CREATE VIEW vanished (model, key, vanished_in, vanished_at) AS
SELECT a.model, a.key, a.vanished_in, l.finished_at
FROM absence AS a
JOIN load AS l ON l.id = a.vanished_in
WHERE a.returned_in IS NULL;
