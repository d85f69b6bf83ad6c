-- The schema of a new database: what the migrations make together. A test writes it: make schema.
PRAGMA application_id = 1935895657;
PRAGMA user_version = 6;

CREATE TABLE load (
    id            INTEGER PRIMARY KEY,
    model         TEXT    NOT NULL,  -- movie, stream, user, author, book or review
    source        TEXT    NOT NULL,  -- the path as it was given, or "-" for standard input
    sha256        TEXT,              -- of the source's bytes, lower-case hex
    sha256_absent TEXT,              -- why there is no sha256
    collector     TEXT    NOT NULL,  -- csv, json or jsonl
    started_at    TEXT    NOT NULL,  -- ISO-8601, UTC
    finished_at   TEXT,              -- ISO-8601, UTC
    read          INTEGER NOT NULL DEFAULT 0,  -- records in the source
    inserted      INTEGER NOT NULL DEFAULT 0,  -- keys seen for the first time
    updated       INTEGER NOT NULL DEFAULT 0,  -- known keys with other content
    unchanged     INTEGER NOT NULL DEFAULT 0,  -- known keys with the same content
    repeated      INTEGER NOT NULL DEFAULT 0,  -- records that a later one of the same source replaced
    rejected      INTEGER NOT NULL DEFAULT 0,  -- records set aside in reject
    vanished      INTEGER NOT NULL DEFAULT 0,  -- known records that a complete dump lacks
    reappeared    INTEGER NOT NULL DEFAULT 0,  -- vanished records that came back
    version       TEXT    NOT NULL   -- of the scli that loaded
, outcome TEXT NOT NULL DEFAULT 'done', reason TEXT, complete INTEGER NOT NULL DEFAULT 0, header TEXT, bytes INTEGER, delivery_id INTEGER REFERENCES delivery (id), older INTEGER NOT NULL DEFAULT 0, unknown TEXT) STRICT;

CREATE TABLE movie (
    title             TEXT    NOT NULL PRIMARY KEY,
    title_key         TEXT    NOT NULL,  -- Unicode lower case of title
    duration_mins     INTEGER NOT NULL,  -- minutes
    original_language TEXT    NOT NULL,
    size_mb           INTEGER NOT NULL,  -- megabytes
    load_id           INTEGER NOT NULL REFERENCES load (id)  -- the load that last wrote the row
, extra TEXT) STRICT;

CREATE TABLE user (
    email      TEXT    NOT NULL PRIMARY KEY,
    first_name TEXT    NOT NULL,
    last_name  TEXT    NOT NULL,
    load_id    INTEGER NOT NULL REFERENCES load (id)
, extra TEXT) STRICT;

CREATE TABLE author (
    name        TEXT    NOT NULL PRIMARY KEY,
    name_key    TEXT    NOT NULL,  -- Unicode lower case of name
    birth_date  TEXT,              -- ISO-8601, UTC; NULL when the vendor does not know
    died_at     TEXT,              -- ISO-8601, UTC; NULL when alive or unknown
    nationality TEXT,              -- the vendor's slug, as in "singaporeans"
    load_id     INTEGER NOT NULL REFERENCES load (id)
, extra TEXT) STRICT;

CREATE TABLE book (
    title      TEXT    NOT NULL PRIMARY KEY,
    title_key  TEXT    NOT NULL,  -- Unicode lower case of title
    pages      INTEGER NOT NULL,
    author     TEXT    NOT NULL,
    author_key TEXT    NOT NULL,  -- Unicode lower case of author
    publisher  TEXT    NOT NULL,
    load_id    INTEGER NOT NULL REFERENCES load (id)
, extra TEXT) STRICT;

CREATE TABLE review (
    id              TEXT    NOT NULL PRIMARY KEY,  -- SHA-1 of text, rating and movie_title, hex
    text            TEXT    NOT NULL,
    rating          INTEGER NOT NULL,              -- 1 to 5
    movie_title     TEXT    NOT NULL,
    movie_title_key TEXT    NOT NULL,              -- Unicode lower case of movie_title
    book_title      TEXT    NOT NULL,
    book_title_key  TEXT    NOT NULL,              -- Unicode lower case of book_title
    load_id         INTEGER NOT NULL REFERENCES load (id)
, extra TEXT) STRICT;

CREATE TABLE streamed_movie (
    id        INTEGER PRIMARY KEY,
    title     TEXT    NOT NULL UNIQUE,
    title_key TEXT    NOT NULL,  -- Unicode lower case of title
    load_id   INTEGER NOT NULL REFERENCES load (id)  -- the load of its first stream
) STRICT;

CREATE TABLE stream_fact (
    start_at INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    user_id  INTEGER NOT NULL REFERENCES streaming_user (id),
    movie_id INTEGER NOT NULL REFERENCES streamed_movie (id),
    end_at   INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    size_mb  REAL    NOT NULL,  -- megabytes
    id       BLOB    NOT NULL,  -- SHA-1, 20 bytes
    load_id  INTEGER NOT NULL REFERENCES load (id),
    PRIMARY KEY (start_at, user_id, movie_id, end_at)
) STRICT, WITHOUT ROWID;

CREATE VIEW stream (id, movie_title, user_email, size_mb, start_at, end_at) AS
SELECT
    lower(hex(f.id)),
    m.title,
    u.email,
    f.size_mb,
    -- Whole seconds round down also before 1970, where a remainder is negative.
    strftime('%Y-%m-%dT%H:%M:%S', (f.start_at - (f.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.start_at % 1000000 + 1000000) % 1000000),
    strftime('%Y-%m-%dT%H:%M:%S', (f.end_at - (f.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.end_at % 1000000 + 1000000) % 1000000)
FROM stream_fact AS f
JOIN streamed_movie AS m ON m.id = f.movie_id
JOIN streaming_user AS u ON u.id = f.user_id;

CREATE TABLE reject (
    id        INTEGER PRIMARY KEY,
    load_id   INTEGER NOT NULL REFERENCES load (id),
    line      INTEGER,        -- of the record's first line in the source, from 1 (csv, jsonl)
    byte      INTEGER,        -- of the record's first byte in the source, from 0 (csv, jsonl)
    path      TEXT,           -- of the record in the source, as in $[12] (json)
    rule      TEXT NOT NULL,  -- the rule that it broke
    field     TEXT NOT NULL,  -- the column, or the path within the record
    value     TEXT,           -- the offending value; NULL when there is none
    message   TEXT NOT NULL,  -- what is wrong, for a person
    raw       TEXT,           -- the record as it stood in the source
    raw_bytes BLOB            -- instead of raw, where the bytes are not plain text
, resolved_by INTEGER REFERENCES load (id)) STRICT;

CREATE TABLE movie_history (
    title             TEXT    NOT NULL,
    title_key         TEXT    NOT NULL,
    duration_mins     INTEGER NOT NULL,
    original_language TEXT    NOT NULL,
    size_mb           INTEGER NOT NULL,
    load_id           INTEGER NOT NULL REFERENCES load (id),
    replaced_by       INTEGER NOT NULL REFERENCES load (id), extra TEXT,
    PRIMARY KEY (title, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_history (
    email       TEXT    NOT NULL,
    first_name  TEXT    NOT NULL,
    last_name   TEXT    NOT NULL,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id), extra TEXT,
    PRIMARY KEY (email, load_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE author_history (
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,
    birth_date  TEXT,
    died_at     TEXT,
    nationality TEXT,
    load_id     INTEGER NOT NULL REFERENCES load (id),
    replaced_by INTEGER NOT NULL REFERENCES load (id), extra TEXT,
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
    replaced_by INTEGER NOT NULL REFERENCES load (id), extra TEXT,
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
    replaced_by     INTEGER NOT NULL REFERENCES load (id), extra TEXT,
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

CREATE TABLE absence (
    model       TEXT    NOT NULL,  -- as in load.model
    key         TEXT    NOT NULL,  -- of the record: title, email, name or id
    vanished_in INTEGER NOT NULL REFERENCES load (id),  -- the first dump that lacked it
    returned_in INTEGER REFERENCES load (id),           -- the load that had it again; NULL while it is gone
    PRIMARY KEY (model, key, vanished_in)
) STRICT, WITHOUT ROWID;

CREATE VIEW vanished (model, key, vanished_in, vanished_at) AS
SELECT a.model, a.key, a.vanished_in, l.finished_at
FROM absence AS a
JOIN load AS l ON l.id = a.vanished_in
WHERE a.returned_in IS NULL;

CREATE TABLE stream_by_day (
    day          INTEGER NOT NULL PRIMARY KEY,  -- of start_at: days since 1970-01-01, UTC
    streams      INTEGER NOT NULL,
    seconds      INTEGER NOT NULL,  -- their durations, the whole seconds of each, summed
    microseconds INTEGER NOT NULL,  -- what is left of each beyond whole seconds, summed
    longest      INTEGER NOT NULL   -- the longest duration, in microseconds
) STRICT;

CREATE VIEW stream_by_day_counted (day, streams, seconds, microseconds, longest) AS
SELECT
    -- Days round down also before 1970, where a remainder is negative.
    (start_at - (start_at % 86400000000 + 86400000000) % 86400000000) / 86400000000,
    count(*),
    sum((end_at - start_at) / 1000000),
    sum((end_at - start_at) % 1000000),
    max(end_at - start_at)
FROM stream_fact
GROUP BY 1;

CREATE TABLE stream_by_size (
    class   INTEGER NOT NULL PRIMARY KEY,  -- size_mb without its fraction
    streams INTEGER NOT NULL
) STRICT;

CREATE VIEW stream_by_size_counted (class, streams) AS
SELECT CAST(size_mb AS INTEGER), count(*)
FROM stream_fact
GROUP BY 1;

CREATE TABLE "streaming_user" (
    id      INTEGER PRIMARY KEY,
    email   TEXT    NOT NULL,
    load_id INTEGER NOT NULL REFERENCES load (id)  -- the load of its first stream
) STRICT;

CREATE TABLE data_dictionary (
    position    INTEGER PRIMARY KEY,  -- what an analyst wants first comes first
    topic       TEXT NOT NULL,        -- models, streams, loads, history, summaries or file
    table_name  TEXT NOT NULL,        -- the table or view
    kind        TEXT NOT NULL,        -- table or view
    column_name TEXT,                 -- NULL in the row about the table or view itself
    type        TEXT,                 -- the column's type
    unit        TEXT,                 -- what it counts, or the form of its text; NULL for plain text
    meaning     TEXT NOT NULL
) STRICT;

CREATE TABLE delivery (
    id          INTEGER PRIMARY KEY,
    date        TEXT,              -- of the data, as in 2026-11-20 or 2026-11-20T02:30; NULL where nothing tells it
    source      TEXT    NOT NULL,  -- the folder or file as it was given
    started_at  TEXT    NOT NULL,  -- ISO-8601, UTC
    finished_at TEXT,              -- ISO-8601, UTC
    outcome     TEXT    NOT NULL DEFAULT 'done',  -- done, failed, refused or interrupted
    reason      TEXT               -- why it was not done
) STRICT;

CREATE TABLE known_file (
    path        TEXT    NOT NULL,  -- absolute, without links
    model       TEXT    NOT NULL,  -- as in load.model
    bytes       INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,  -- nanoseconds since 1970-01-01T00:00:00Z
    load_id     INTEGER NOT NULL REFERENCES load (id),  -- the load that had these bytes
    PRIMARY KEY (path, model)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_by_date ON delivery (date);

CREATE INDEX load_by_delivery ON load (delivery_id);

CREATE INDEX load_done ON load (model, id) WHERE outcome = 'done';

CREATE INDEX load_wrote ON load (id) WHERE outcome = 'done' AND inserted + updated > 0;

CREATE INDEX reject_waiting ON reject (load_id) WHERE resolved_by IS NULL;

CREATE TABLE IF NOT EXISTS refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));

INSERT INTO refinery_schema_history VALUES
(1, 'warehouse', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '13538584772886074160'),
(2, 'history', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '2146690915252144082'),
(3, 'summaries', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '5499170036739230167'),
(4, 'addresses_once', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '2088688338525164681'),
(5, 'data_dictionary', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '13949905574989163363'),
(6, 'deliveries', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '9582868467219176781');

INSERT INTO data_dictionary VALUES
(100, 'models', 'movie', 'table', NULL, NULL, NULL, 'The movies on offer, one row a title'),
(200, 'models', 'movie', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(300, 'models', 'movie', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(400, 'models', 'movie', 'table', 'duration_mins', 'INTEGER', 'minutes', 'How long the movie is'),
(500, 'models', 'movie', 'table', 'original_language', 'TEXT', NULL, 'The language that it was made in, by its English name'),
(600, 'models', 'movie', 'table', 'size_mb', 'INTEGER', 'MB', 'The size of its file'),
(700, 'models', 'movie', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(701, 'models', 'movie', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(800, 'models', 'stream', 'view', NULL, NULL, NULL, 'The streaming sessions, one row each, spelt out from stream_fact'),
(900, 'models', 'stream', 'view', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of title, address, start and end as they were first loaded'),
(1000, 'models', 'stream', 'view', 'movie_title', 'TEXT', NULL, 'The movie, as the stream spells its title'),
(1100, 'models', 'stream', 'view', 'user_email', 'TEXT', NULL, 'The e-mail address of the user'),
(1200, 'models', 'stream', 'view', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(1300, 'models', 'stream', 'view', 'start_at', 'TEXT', 'ISO-8601, UTC', 'When the session began, to the microsecond'),
(1400, 'models', 'stream', 'view', 'end_at', 'TEXT', 'ISO-8601, UTC', 'When the session ended, to the microsecond; never before it began'),
(1500, 'models', 'user', 'table', NULL, NULL, NULL, 'The users, one row an e-mail address'),
(1600, 'models', 'user', 'table', 'email', 'TEXT', NULL, 'The e-mail address, which is the key'),
(1700, 'models', 'user', 'table', 'first_name', 'TEXT', NULL, 'First name'),
(1800, 'models', 'user', 'table', 'last_name', 'TEXT', NULL, 'Last name'),
(1900, 'models', 'user', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(1901, 'models', 'user', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(2000, 'models', 'author', 'table', NULL, NULL, NULL, 'The authors of books, one row a name'),
(2100, 'models', 'author', 'table', 'name', 'TEXT', NULL, 'The name, which is the key'),
(2200, 'models', 'author', 'table', 'name_key', 'TEXT', NULL, 'The name in Unicode lower case, to match names in any case'),
(2300, 'models', 'author', 'table', 'birth_date', 'TEXT', 'ISO-8601, UTC', 'When the author was born; NULL where the vendor does not know'),
(2400, 'models', 'author', 'table', 'died_at', 'TEXT', 'ISO-8601, UTC', 'When the author died; NULL where alive or unknown'),
(2500, 'models', 'author', 'table', 'nationality', 'TEXT', NULL, 'The nationality as the vendor codes it, as in singaporeans; NULL where unknown'),
(2600, 'models', 'author', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(2601, 'models', 'author', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(2700, 'models', 'book', 'table', NULL, NULL, NULL, 'The books, one row a title'),
(2800, 'models', 'book', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(2900, 'models', 'book', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(3000, 'models', 'book', 'table', 'pages', 'INTEGER', 'pages', 'How many pages the book has'),
(3100, 'models', 'book', 'table', 'author', 'TEXT', NULL, 'The name of its author'),
(3200, 'models', 'book', 'table', 'author_key', 'TEXT', NULL, 'The name of its author in Unicode lower case'),
(3300, 'models', 'book', 'table', 'publisher', 'TEXT', NULL, 'The publisher'),
(3400, 'models', 'book', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(3401, 'models', 'book', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(3500, 'models', 'review', 'table', NULL, NULL, NULL, 'Reviews of movies that are based on a book, one row each'),
(3600, 'models', 'review', 'table', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of text, rating and movie_title'),
(3700, 'models', 'review', 'table', 'text', 'TEXT', NULL, 'What the review says'),
(3800, 'models', 'review', 'table', 'rating', 'INTEGER', '1 to 5', 'How much the reviewer liked it; 5 is best'),
(3900, 'models', 'review', 'table', 'movie_title', 'TEXT', NULL, 'The movie, as the review spells its title'),
(4000, 'models', 'review', 'table', 'movie_title_key', 'TEXT', NULL, 'The title of the movie in Unicode lower case'),
(4100, 'models', 'review', 'table', 'book_title', 'TEXT', NULL, 'The book that the movie is based on'),
(4200, 'models', 'review', 'table', 'book_title_key', 'TEXT', NULL, 'The title of the book in Unicode lower case'),
(4300, 'models', 'review', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(4301, 'models', 'review', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(4400, 'streams', 'stream_fact', 'table', NULL, NULL, NULL, 'The sessions as they are stored, in order of time: fast for windows of time and for sums'),
(4500, 'streams', 'stream_fact', 'table', 'start_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session began'),
(4600, 'streams', 'stream_fact', 'table', 'user_id', 'INTEGER', 'streaming_user.id', 'Who watched'),
(4700, 'streams', 'stream_fact', 'table', 'movie_id', 'INTEGER', 'streamed_movie.id', 'What was watched'),
(4800, 'streams', 'stream_fact', 'table', 'end_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session ended; never before it began'),
(4900, 'streams', 'stream_fact', 'table', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(5000, 'streams', 'stream_fact', 'table', 'id', 'BLOB', 'SHA-1, 20 bytes', 'The id that the view stream shows in hex'),
(5100, 'streams', 'stream_fact', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(5200, 'streams', 'streamed_movie', 'table', NULL, NULL, NULL, 'Every title that some stream has, once for each way to spell it'),
(5300, 'streams', 'streamed_movie', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
(5400, 'streams', 'streamed_movie', 'table', 'title', 'TEXT', NULL, 'The title, as the streams spell it'),
(5500, 'streams', 'streamed_movie', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(5600, 'streams', 'streamed_movie', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),
(5700, 'streams', 'streaming_user', 'table', NULL, NULL, NULL, 'Every e-mail address that some stream has, once'),
(5800, 'streams', 'streaming_user', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
(5900, 'streams', 'streaming_user', 'table', 'email', 'TEXT', NULL, 'The e-mail address'),
(6000, 'streams', 'streaming_user', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),
(6100, 'loads', 'load', 'table', NULL, NULL, NULL, 'The ledger: one row for each load of one source into one model, also for one that failed'),
(6200, 'loads', 'load', 'table', 'id', 'INTEGER', NULL, 'The number of the load'),
(6300, 'loads', 'load', 'table', 'model', 'TEXT', NULL, 'movie, stream, user, author, book or review'),
(6400, 'loads', 'load', 'table', 'source', 'TEXT', NULL, 'The path as it was given, or - for standard input'),
(6500, 'loads', 'load', 'table', 'sha256', 'TEXT', 'SHA-256, hex', 'A digest of the bytes of the source; NULL where it was not read to its end'),
(6600, 'loads', 'load', 'table', 'sha256_absent', 'TEXT', NULL, 'Why there is no sha256'),
(6700, 'loads', 'load', 'table', 'collector', 'TEXT', NULL, 'The form of the source: csv, json or jsonl; replay for records set aside that were tried again'),
(6800, 'loads', 'load', 'table', 'started_at', 'TEXT', 'ISO-8601, UTC', 'When the load began'),
(6900, 'loads', 'load', 'table', 'finished_at', 'TEXT', 'ISO-8601, UTC', 'When the load ended'),
(7000, 'loads', 'load', 'table', 'read', 'INTEGER', 'records', 'How many the source had'),
(7100, 'loads', 'load', 'table', 'inserted', 'INTEGER', 'records', 'How many had a key seen for the first time'),
(7200, 'loads', 'load', 'table', 'updated', 'INTEGER', 'records', 'How many had a known key and other content'),
(7300, 'loads', 'load', 'table', 'unchanged', 'INTEGER', 'records', 'How many had a known key and the same content'),
(7400, 'loads', 'load', 'table', 'repeated', 'INTEGER', 'records', 'How many a later one of the same source replaced'),
(7500, 'loads', 'load', 'table', 'rejected', 'INTEGER', 'records', 'How many broke a rule and were set aside in reject'),
(7600, 'loads', 'load', 'table', 'vanished', 'INTEGER', 'records', 'How many known ones a complete source lacked'),
(7700, 'loads', 'load', 'table', 'reappeared', 'INTEGER', 'records', 'How many vanished ones came back'),
(7800, 'loads', 'load', 'table', 'version', 'TEXT', NULL, 'The version of scli that loaded'),
(7900, 'loads', 'load', 'table', 'outcome', 'TEXT', NULL, 'done, failed, refused or interrupted; one that is not done changed no model'),
(8000, 'loads', 'load', 'table', 'reason', 'TEXT', NULL, 'Why it was not done'),
(8100, 'loads', 'load', 'table', 'complete', 'INTEGER', '0 or 1', '1 if the source was taken for everything that its sender knows, so that what it lacks has vanished'),
(8200, 'loads', 'load', 'table', 'header', 'TEXT', NULL, 'The header of a CSV source of which records were set aside'),
(8300, 'loads', 'load', 'table', 'bytes', 'INTEGER', 'bytes', 'The size of the source as it came; NULL where unknown'),
(8301, 'loads', 'load', 'table', 'delivery_id', 'INTEGER', 'delivery.id', 'The delivery that the source came with'),
(8302, 'loads', 'load', 'table', 'older', 'INTEGER', 'records', 'How many were older than what is known: they are in the history alone'),
(8303, 'loads', 'load', 'table', 'unknown', 'TEXT', 'JSON', 'The columns and members that the model does not know; NULL where nobody looked for them'),
(8304, 'loads', 'delivery', 'table', NULL, NULL, NULL, 'The deliveries: files that came together, and were loaded in one transaction'),
(8305, 'loads', 'delivery', 'table', 'id', 'INTEGER', NULL, 'The number of the delivery'),
(8306, 'loads', 'delivery', 'table', 'date', 'TEXT', 'ISO-8601', 'The date of the data, of the names of folders and files; NULL where nothing tells it'),
(8307, 'loads', 'delivery', 'table', 'source', 'TEXT', NULL, 'The folder or file, as it was given'),
(8308, 'loads', 'delivery', 'table', 'started_at', 'TEXT', 'ISO-8601, UTC', 'When its first load began'),
(8309, 'loads', 'delivery', 'table', 'finished_at', 'TEXT', 'ISO-8601, UTC', 'When it was done'),
(8310, 'loads', 'delivery', 'table', 'outcome', 'TEXT', NULL, 'done, failed, refused or interrupted; one that is not done changed no model'),
(8311, 'loads', 'delivery', 'table', 'reason', 'TEXT', NULL, 'Why it was not done'),
(8312, 'loads', 'known_file', 'table', NULL, NULL, NULL, 'The files that scli sync has seen, as they were then: those that are the same are not read again'),
(8313, 'loads', 'known_file', 'table', 'path', 'TEXT', NULL, 'The absolute path of the file, without links'),
(8314, 'loads', 'known_file', 'table', 'model', 'TEXT', NULL, 'As in load.model'),
(8315, 'loads', 'known_file', 'table', 'bytes', 'INTEGER', 'bytes', 'Its size'),
(8316, 'loads', 'known_file', 'table', 'modified_at', 'INTEGER', 'nanoseconds since 1970, UTC', 'When it was last written'),
(8317, 'loads', 'known_file', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that had these bytes'),
(8400, 'loads', 'reject', 'table', NULL, NULL, NULL, 'The records that broke a rule, whole, one row each'),
(8500, 'loads', 'reject', 'table', 'id', 'INTEGER', NULL, 'The number of the record, for scli rejects show'),
(8600, 'loads', 'reject', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that set it aside'),
(8700, 'loads', 'reject', 'table', 'line', 'INTEGER', 'lines, from 1', 'Where the record begins in a source of lines'),
(8800, 'loads', 'reject', 'table', 'byte', 'INTEGER', 'bytes, from 0', 'Where the record begins in a source of lines'),
(8900, 'loads', 'reject', 'table', 'path', 'TEXT', NULL, 'Where the record stands in a source of JSON, as in $[12]'),
(9000, 'loads', 'reject', 'table', 'rule', 'TEXT', NULL, 'The rule that it broke'),
(9100, 'loads', 'reject', 'table', 'field', 'TEXT', NULL, 'The column, or the path within the record'),
(9200, 'loads', 'reject', 'table', 'value', 'TEXT', NULL, 'The offending value; NULL where there is none'),
(9300, 'loads', 'reject', 'table', 'message', 'TEXT', NULL, 'What is wrong, for a person'),
(9400, 'loads', 'reject', 'table', 'raw', 'TEXT', NULL, 'The record as it stood in the source'),
(9500, 'loads', 'reject', 'table', 'raw_bytes', 'BLOB', NULL, 'Instead of raw, where the bytes are not plain text'),
(9600, 'loads', 'reject', 'table', 'resolved_by', 'INTEGER', 'load.id', 'The load that settled it; NULL while it is set aside'),
(9700, 'loads', 'vanished', 'view', NULL, NULL, NULL, 'The records that the latest complete dump lacks, one row each; they stay in their tables'),
(9800, 'loads', 'vanished', 'view', 'model', 'TEXT', NULL, 'As in load.model'),
(9900, 'loads', 'vanished', 'view', 'key', 'TEXT', NULL, 'The key of the record: title, email, name or id'),
(10000, 'loads', 'vanished', 'view', 'vanished_in', 'INTEGER', 'load.id', 'The first dump that lacked it'),
(10100, 'loads', 'vanished', 'view', 'vanished_at', 'TEXT', 'ISO-8601, UTC', 'When that was loaded'),
(10200, 'loads', 'absence', 'table', NULL, NULL, NULL, 'Every time that a known record was missing from a complete dump, also those that are over'),
(10300, 'loads', 'absence', 'table', 'model', 'TEXT', NULL, 'As in load.model'),
(10400, 'loads', 'absence', 'table', 'key', 'TEXT', NULL, 'The key of the record: title, email, name or id'),
(10500, 'loads', 'absence', 'table', 'vanished_in', 'INTEGER', 'load.id', 'The first dump that lacked it'),
(10600, 'loads', 'absence', 'table', 'returned_in', 'INTEGER', 'load.id', 'The load that had it again; NULL while it is gone'),
(10700, 'history', 'movie_history', 'table', NULL, NULL, NULL, 'Earlier versions of movie: one row for each that an update replaced'),
(10800, 'history', 'movie_history', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(10900, 'history', 'movie_history', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(11000, 'history', 'movie_history', 'table', 'duration_mins', 'INTEGER', 'minutes', 'How long the movie is'),
(11100, 'history', 'movie_history', 'table', 'original_language', 'TEXT', NULL, 'The language that it was made in, by its English name'),
(11200, 'history', 'movie_history', 'table', 'size_mb', 'INTEGER', 'MB', 'The size of its file'),
(11300, 'history', 'movie_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(11400, 'history', 'movie_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(11401, 'history', 'movie_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(11500, 'history', 'stream_history', 'view', NULL, NULL, NULL, 'Earlier versions of stream: one row for each that an update replaced'),
(11600, 'history', 'stream_history', 'view', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of title, address, start and end as they were first loaded'),
(11700, 'history', 'stream_history', 'view', 'movie_title', 'TEXT', NULL, 'The movie, as the stream spells its title'),
(11800, 'history', 'stream_history', 'view', 'user_email', 'TEXT', NULL, 'The e-mail address of the user'),
(11900, 'history', 'stream_history', 'view', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(12000, 'history', 'stream_history', 'view', 'start_at', 'TEXT', 'ISO-8601, UTC', 'When the session began, to the microsecond'),
(12100, 'history', 'stream_history', 'view', 'end_at', 'TEXT', 'ISO-8601, UTC', 'When the session ended, to the microsecond; never before it began'),
(12200, 'history', 'stream_history', 'view', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(12300, 'history', 'stream_history', 'view', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(12400, 'history', 'user_history', 'table', NULL, NULL, NULL, 'Earlier versions of user: one row for each that an update replaced'),
(12500, 'history', 'user_history', 'table', 'email', 'TEXT', NULL, 'The e-mail address, which is the key'),
(12600, 'history', 'user_history', 'table', 'first_name', 'TEXT', NULL, 'First name'),
(12700, 'history', 'user_history', 'table', 'last_name', 'TEXT', NULL, 'Last name'),
(12800, 'history', 'user_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(12900, 'history', 'user_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(12901, 'history', 'user_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(13000, 'history', 'author_history', 'table', NULL, NULL, NULL, 'Earlier versions of author: one row for each that an update replaced'),
(13100, 'history', 'author_history', 'table', 'name', 'TEXT', NULL, 'The name, which is the key'),
(13200, 'history', 'author_history', 'table', 'name_key', 'TEXT', NULL, 'The name in Unicode lower case, to match names in any case'),
(13300, 'history', 'author_history', 'table', 'birth_date', 'TEXT', 'ISO-8601, UTC', 'When the author was born; NULL where the vendor does not know'),
(13400, 'history', 'author_history', 'table', 'died_at', 'TEXT', 'ISO-8601, UTC', 'When the author died; NULL where alive or unknown'),
(13500, 'history', 'author_history', 'table', 'nationality', 'TEXT', NULL, 'The nationality as the vendor codes it, as in singaporeans; NULL where unknown'),
(13600, 'history', 'author_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(13700, 'history', 'author_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(13701, 'history', 'author_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(13800, 'history', 'book_history', 'table', NULL, NULL, NULL, 'Earlier versions of book: one row for each that an update replaced'),
(13900, 'history', 'book_history', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(14000, 'history', 'book_history', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(14100, 'history', 'book_history', 'table', 'pages', 'INTEGER', 'pages', 'How many pages the book has'),
(14200, 'history', 'book_history', 'table', 'author', 'TEXT', NULL, 'The name of its author'),
(14300, 'history', 'book_history', 'table', 'author_key', 'TEXT', NULL, 'The name of its author in Unicode lower case'),
(14400, 'history', 'book_history', 'table', 'publisher', 'TEXT', NULL, 'The publisher'),
(14500, 'history', 'book_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(14600, 'history', 'book_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(14601, 'history', 'book_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(14700, 'history', 'review_history', 'table', NULL, NULL, NULL, 'Earlier versions of review: one row for each that an update replaced'),
(14800, 'history', 'review_history', 'table', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of text, rating and movie_title'),
(14900, 'history', 'review_history', 'table', 'text', 'TEXT', NULL, 'What the review says'),
(15000, 'history', 'review_history', 'table', 'rating', 'INTEGER', '1 to 5', 'How much the reviewer liked it; 5 is best'),
(15100, 'history', 'review_history', 'table', 'movie_title', 'TEXT', NULL, 'The movie, as the review spells its title'),
(15200, 'history', 'review_history', 'table', 'movie_title_key', 'TEXT', NULL, 'The title of the movie in Unicode lower case'),
(15300, 'history', 'review_history', 'table', 'book_title', 'TEXT', NULL, 'The book that the movie is based on'),
(15400, 'history', 'review_history', 'table', 'book_title_key', 'TEXT', NULL, 'The title of the book in Unicode lower case'),
(15500, 'history', 'review_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(15600, 'history', 'review_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(15601, 'history', 'review_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(15700, 'history', 'stream_fact_history', 'table', NULL, NULL, NULL, 'Earlier versions of stream_fact: one row for each that an update replaced'),
(15800, 'history', 'stream_fact_history', 'table', 'start_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session began'),
(15900, 'history', 'stream_fact_history', 'table', 'user_id', 'INTEGER', 'streaming_user.id', 'Who watched'),
(16000, 'history', 'stream_fact_history', 'table', 'movie_id', 'INTEGER', 'streamed_movie.id', 'What was watched'),
(16100, 'history', 'stream_fact_history', 'table', 'end_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session ended; never before it began'),
(16200, 'history', 'stream_fact_history', 'table', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(16300, 'history', 'stream_fact_history', 'table', 'id', 'BLOB', 'SHA-1, 20 bytes', 'The id that the view stream shows in hex'),
(16400, 'history', 'stream_fact_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(16500, 'history', 'stream_fact_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(16600, 'summaries', 'stream_by_day', 'table', NULL, NULL, NULL, 'The sessions of each day, summed; every load keeps it true'),
(16700, 'summaries', 'stream_by_day', 'table', 'day', 'INTEGER', 'days since 1970, UTC', 'The day on which the sessions began'),
(16800, 'summaries', 'stream_by_day', 'table', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(16900, 'summaries', 'stream_by_day', 'table', 'seconds', 'INTEGER', 'seconds', 'Their durations, the whole seconds of each, summed'),
(17000, 'summaries', 'stream_by_day', 'table', 'microseconds', 'INTEGER', 'microseconds', 'What is left of each beyond whole seconds, summed'),
(17100, 'summaries', 'stream_by_day', 'table', 'longest', 'INTEGER', 'microseconds', 'The longest duration'),
(17200, 'summaries', 'stream_by_size', 'table', NULL, NULL, NULL, 'How many sessions there are of each size; every load keeps it true'),
(17300, 'summaries', 'stream_by_size', 'table', 'class', 'INTEGER', 'MB', 'The size without its fraction'),
(17400, 'summaries', 'stream_by_size', 'table', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(17500, 'summaries', 'stream_by_day_counted', 'view', NULL, NULL, NULL, 'What stream_by_day should hold, counted anew from stream_fact'),
(17600, 'summaries', 'stream_by_day_counted', 'view', 'day', 'INTEGER', 'days since 1970, UTC', 'The day on which the sessions began'),
(17700, 'summaries', 'stream_by_day_counted', 'view', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(17800, 'summaries', 'stream_by_day_counted', 'view', 'seconds', 'INTEGER', 'seconds', 'Their durations, the whole seconds of each, summed'),
(17900, 'summaries', 'stream_by_day_counted', 'view', 'microseconds', 'INTEGER', 'microseconds', 'What is left of each beyond whole seconds, summed'),
(18000, 'summaries', 'stream_by_day_counted', 'view', 'longest', 'INTEGER', 'microseconds', 'The longest duration'),
(18100, 'summaries', 'stream_by_size_counted', 'view', NULL, NULL, NULL, 'What stream_by_size should hold, counted anew from stream_fact'),
(18200, 'summaries', 'stream_by_size_counted', 'view', 'class', 'INTEGER', 'MB', 'The size without its fraction'),
(18300, 'summaries', 'stream_by_size_counted', 'view', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(18400, 'file', 'data_dictionary', 'table', NULL, NULL, NULL, 'What every table, view and column means: what scli schema prints'),
(18500, 'file', 'data_dictionary', 'table', 'position', 'INTEGER', NULL, 'The order to read it in'),
(18600, 'file', 'data_dictionary', 'table', 'topic', 'TEXT', NULL, 'models, streams, loads, history, summaries or file'),
(18700, 'file', 'data_dictionary', 'table', 'table_name', 'TEXT', NULL, 'The table or view'),
(18800, 'file', 'data_dictionary', 'table', 'kind', 'TEXT', NULL, 'table or view'),
(18900, 'file', 'data_dictionary', 'table', 'column_name', 'TEXT', NULL, 'The column; NULL in the row about the table or view itself'),
(19000, 'file', 'data_dictionary', 'table', 'type', 'TEXT', NULL, 'The type of the column, as in TEXT or INTEGER'),
(19100, 'file', 'data_dictionary', 'table', 'unit', 'TEXT', NULL, 'What a number counts, the form of a text, or what it refers to; NULL for plain text'),
(19200, 'file', 'data_dictionary', 'table', 'meaning', 'TEXT', NULL, 'What it means'),
(19300, 'file', 'refinery_schema_history', 'table', NULL, NULL, NULL, 'The versions of the schema that the file has gone through, one row each'),
(19400, 'file', 'refinery_schema_history', 'table', 'version', 'int4', NULL, 'The number of the version'),
(19500, 'file', 'refinery_schema_history', 'table', 'name', 'VARCHAR(255)', NULL, 'What it brought'),
(19600, 'file', 'refinery_schema_history', 'table', 'applied_on', 'VARCHAR(255)', 'RFC 3339', 'When this file got it'),
(19700, 'file', 'refinery_schema_history', 'table', 'checksum', 'VARCHAR(255)', NULL, 'A digest of its SQL');
