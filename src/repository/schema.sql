-- The schema of a new database: what the migrations make together. A test writes it: make schema.
PRAGMA application_id = 1935895657;
PRAGMA user_version = 10;

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
, outcome TEXT NOT NULL DEFAULT 'done', reason TEXT, complete INTEGER NOT NULL DEFAULT 0, header TEXT, bytes INTEGER, delivery_id INTEGER REFERENCES delivery (id), older INTEGER NOT NULL DEFAULT 0, unknown TEXT, kind TEXT NOT NULL DEFAULT 'load', undoes INTEGER REFERENCES load (id), undone_by INTEGER REFERENCES load (id), removed INTEGER NOT NULL DEFAULT 0, suppressed INTEGER NOT NULL DEFAULT 0) STRICT;

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
, resolved_by INTEGER REFERENCES load (id), copy_of INTEGER) STRICT;

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
, source_name TEXT) STRICT;

CREATE INDEX delivery_by_date ON delivery (date);

CREATE INDEX load_by_delivery ON load (delivery_id);

CREATE INDEX load_done ON load (model, id) WHERE outcome = 'done';

CREATE INDEX reject_waiting ON reject (load_id) WHERE resolved_by IS NULL;

CREATE INDEX load_undoes ON load (undoes) WHERE undoes IS NOT NULL;

CREATE INDEX load_wrote ON load (id) WHERE outcome = 'done' AND inserted + updated + removed > 0;

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

CREATE TABLE "stream_fact_history" (
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

CREATE TABLE forgotten (
    digest BLOB    NOT NULL PRIMARY KEY,  -- HMAC-SHA-256 of the address in Unicode lower case
    at     TEXT    NOT NULL,              -- ISO-8601, UTC
    wiped  INTEGER NOT NULL DEFAULT 0     -- 1 once the file was written anew, without the bytes of what was deleted
) STRICT, WITHOUT ROWID;

CREATE TABLE forget_key (
    key     BLOB NOT NULL,  -- of the digests, random
    made_at TEXT NOT NULL   -- ISO-8601, UTC
) STRICT;

CREATE TABLE pruned (
    load_id INTEGER NOT NULL PRIMARY KEY REFERENCES load (id),
    at      TEXT    NOT NULL  -- ISO-8601, UTC
) STRICT;

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

CREATE TABLE known_file (
    path        TEXT    NOT NULL,  -- absolute, without links; or an address, without what signs it
    model       TEXT    NOT NULL,  -- as in load.model
    bytes       INTEGER,  -- NULL where its server does not tell
    modified_at INTEGER,  -- nanoseconds since 1970-01-01T00:00:00Z; NULL where nothing sure is known
    load_id     INTEGER NOT NULL REFERENCES load (id),  -- the load that had these bytes
    etag        TEXT,     -- what its server calls these bytes; NULL for files of this machine
    PRIMARY KEY (path, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE consumed (
    model        TEXT    NOT NULL,
    cluster      TEXT    NOT NULL,  -- the id of the cluster, or its first hosts where it has none
    topic        TEXT    NOT NULL,
    partition    INTEGER NOT NULL,
    load_id      INTEGER NOT NULL REFERENCES load (id),
    topic_id     TEXT,              -- another topic of the same name has another
    first_offset INTEGER NOT NULL,
    next_offset  INTEGER NOT NULL,  -- where the next load begins
    end_offset   INTEGER,           -- behind the last message that the partition had then
    PRIMARY KEY (model, cluster, topic, partition, load_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX consumed_by_load ON consumed (load_id);

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
(6, 'deliveries', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '9582868467219176781'),
(7, 'taking_back', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '5926840521549670147'),
(8, 'models', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '15632678502602618021'),
(9, 'remote', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '15738253598600470362'),
(10, 'consumed', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '5068761484352563288');

INSERT INTO data_dictionary VALUES
(1000000, 'models', 'movie', 'table', NULL, NULL, NULL, 'The movies on offer, one row a title'),
(2000000, 'models', 'movie', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(3000000, 'models', 'movie', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(4000000, 'models', 'movie', 'table', 'duration_mins', 'INTEGER', 'minutes', 'How long the movie is'),
(5000000, 'models', 'movie', 'table', 'original_language', 'TEXT', NULL, 'The language that it was made in, by its English name'),
(6000000, 'models', 'movie', 'table', 'size_mb', 'INTEGER', 'MB', 'The size of its file'),
(7000000, 'models', 'movie', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(7010000, 'models', 'movie', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(8000000, 'models', 'stream', 'view', NULL, NULL, NULL, 'The streaming sessions, one row each, spelt out from stream_fact'),
(9000000, 'models', 'stream', 'view', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of title, address, start and end as they were first loaded'),
(10000000, 'models', 'stream', 'view', 'movie_title', 'TEXT', NULL, 'The movie, as the stream spells its title'),
(11000000, 'models', 'stream', 'view', 'user_email', 'TEXT', NULL, 'The e-mail address of the user'),
(12000000, 'models', 'stream', 'view', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(13000000, 'models', 'stream', 'view', 'start_at', 'TEXT', 'ISO-8601, UTC', 'When the session began, to the microsecond'),
(14000000, 'models', 'stream', 'view', 'end_at', 'TEXT', 'ISO-8601, UTC', 'When the session ended, to the microsecond; never before it began'),
(15000000, 'models', 'user', 'table', NULL, NULL, NULL, 'The users, one row an e-mail address'),
(16000000, 'models', 'user', 'table', 'email', 'TEXT', NULL, 'The e-mail address, which is the key'),
(17000000, 'models', 'user', 'table', 'first_name', 'TEXT', NULL, 'First name'),
(18000000, 'models', 'user', 'table', 'last_name', 'TEXT', NULL, 'Last name'),
(19000000, 'models', 'user', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(19010000, 'models', 'user', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(20000000, 'models', 'author', 'table', NULL, NULL, NULL, 'The authors of books, one row a name'),
(21000000, 'models', 'author', 'table', 'name', 'TEXT', NULL, 'The name, which is the key'),
(22000000, 'models', 'author', 'table', 'name_key', 'TEXT', NULL, 'The name in Unicode lower case, to match names in any case'),
(23000000, 'models', 'author', 'table', 'birth_date', 'TEXT', 'ISO-8601, UTC', 'When the author was born; NULL where the vendor does not know'),
(24000000, 'models', 'author', 'table', 'died_at', 'TEXT', 'ISO-8601, UTC', 'When the author died; NULL where alive or unknown'),
(25000000, 'models', 'author', 'table', 'nationality', 'TEXT', NULL, 'The nationality as the vendor codes it, as in singaporeans; NULL where unknown'),
(26000000, 'models', 'author', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(26010000, 'models', 'author', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(27000000, 'models', 'book', 'table', NULL, NULL, NULL, 'The books, one row a title'),
(28000000, 'models', 'book', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(29000000, 'models', 'book', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(30000000, 'models', 'book', 'table', 'pages', 'INTEGER', 'pages', 'How many pages the book has'),
(31000000, 'models', 'book', 'table', 'author', 'TEXT', NULL, 'The name of its author'),
(32000000, 'models', 'book', 'table', 'author_key', 'TEXT', NULL, 'The name of its author in Unicode lower case'),
(33000000, 'models', 'book', 'table', 'publisher', 'TEXT', NULL, 'The publisher'),
(34000000, 'models', 'book', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(34010000, 'models', 'book', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(35000000, 'models', 'review', 'table', NULL, NULL, NULL, 'Reviews of movies that are based on a book, one row each'),
(36000000, 'models', 'review', 'table', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of text, rating and movie_title'),
(37000000, 'models', 'review', 'table', 'text', 'TEXT', NULL, 'What the review says'),
(38000000, 'models', 'review', 'table', 'rating', 'INTEGER', '1 to 5', 'How much the reviewer liked it; 5 is best'),
(39000000, 'models', 'review', 'table', 'movie_title', 'TEXT', NULL, 'The movie, as the review spells its title'),
(40000000, 'models', 'review', 'table', 'movie_title_key', 'TEXT', NULL, 'The title of the movie in Unicode lower case'),
(41000000, 'models', 'review', 'table', 'book_title', 'TEXT', NULL, 'The book that the movie is based on'),
(42000000, 'models', 'review', 'table', 'book_title_key', 'TEXT', NULL, 'The title of the book in Unicode lower case'),
(43000000, 'models', 'review', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(43010000, 'models', 'review', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(44000000, 'streams', 'stream_fact', 'table', NULL, NULL, NULL, 'The sessions as they are stored, in order of time: fast for windows of time and for sums'),
(45000000, 'streams', 'stream_fact', 'table', 'start_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session began'),
(46000000, 'streams', 'stream_fact', 'table', 'user_id', 'INTEGER', 'streaming_user.id', 'Who watched'),
(47000000, 'streams', 'stream_fact', 'table', 'movie_id', 'INTEGER', 'streamed_movie.id', 'What was watched'),
(48000000, 'streams', 'stream_fact', 'table', 'end_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session ended; never before it began'),
(49000000, 'streams', 'stream_fact', 'table', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(50000000, 'streams', 'stream_fact', 'table', 'id', 'BLOB', 'SHA-1, 20 bytes', 'The id that the view stream shows in hex'),
(51000000, 'streams', 'stream_fact', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
(52000000, 'streams', 'streamed_movie', 'table', NULL, NULL, NULL, 'Every title that some stream has, once for each way to spell it'),
(53000000, 'streams', 'streamed_movie', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
(54000000, 'streams', 'streamed_movie', 'table', 'title', 'TEXT', NULL, 'The title, as the streams spell it'),
(55000000, 'streams', 'streamed_movie', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(56000000, 'streams', 'streamed_movie', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),
(57000000, 'streams', 'streaming_user', 'table', NULL, NULL, NULL, 'Every e-mail address that some stream has, once'),
(58000000, 'streams', 'streaming_user', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
(59000000, 'streams', 'streaming_user', 'table', 'email', 'TEXT', NULL, 'The e-mail address'),
(60000000, 'streams', 'streaming_user', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),
(61000000, 'loads', 'load', 'table', NULL, NULL, NULL, 'The ledger: one row for each load of one source into one model, also for one that failed'),
(62000000, 'loads', 'load', 'table', 'id', 'INTEGER', NULL, 'The number of the load'),
(63000000, 'loads', 'load', 'table', 'model', 'TEXT', NULL, 'movie, stream, user, author, book or review'),
(64000000, 'loads', 'load', 'table', 'source', 'TEXT', NULL, 'The path as it was given, or - for standard input'),
(65000000, 'loads', 'load', 'table', 'sha256', 'TEXT', 'SHA-256, hex', 'A digest of the bytes of the source; NULL where it was not read to its end'),
(66000000, 'loads', 'load', 'table', 'sha256_absent', 'TEXT', NULL, 'Why there is no sha256'),
(67000000, 'loads', 'load', 'table', 'collector', 'TEXT', NULL, 'The form of the source: csv, json or jsonl; else what wrote the entry, as in kind'),
(68000000, 'loads', 'load', 'table', 'started_at', 'TEXT', 'ISO-8601, UTC', 'When the load began'),
(69000000, 'loads', 'load', 'table', 'finished_at', 'TEXT', 'ISO-8601, UTC', 'When the load ended'),
(70000000, 'loads', 'load', 'table', 'read', 'INTEGER', 'records', 'How many the source had'),
(71000000, 'loads', 'load', 'table', 'inserted', 'INTEGER', 'records', 'How many had a key seen for the first time'),
(72000000, 'loads', 'load', 'table', 'updated', 'INTEGER', 'records', 'How many had a known key and other content'),
(73000000, 'loads', 'load', 'table', 'unchanged', 'INTEGER', 'records', 'How many had a known key and the same content'),
(74000000, 'loads', 'load', 'table', 'repeated', 'INTEGER', 'records', 'How many a later one of the same source replaced'),
(75000000, 'loads', 'load', 'table', 'rejected', 'INTEGER', 'records', 'How many broke a rule and were set aside in reject'),
(76000000, 'loads', 'load', 'table', 'vanished', 'INTEGER', 'records', 'How many known ones a complete source lacked'),
(77000000, 'loads', 'load', 'table', 'reappeared', 'INTEGER', 'records', 'How many vanished ones came back'),
(78000000, 'loads', 'load', 'table', 'version', 'TEXT', NULL, 'The version of scli that loaded'),
(79000000, 'loads', 'load', 'table', 'outcome', 'TEXT', NULL, 'done, failed, refused or interrupted; one that is not done changed no model'),
(80000000, 'loads', 'load', 'table', 'reason', 'TEXT', NULL, 'Why it was not done; of a dismissal, why the records need not be mended'),
(81000000, 'loads', 'load', 'table', 'complete', 'INTEGER', '0 or 1', '1 if the source was taken for everything that its sender knows, so that what it lacks has vanished'),
(82000000, 'loads', 'load', 'table', 'header', 'TEXT', NULL, 'The header of a CSV source of which records were set aside'),
(83000000, 'loads', 'load', 'table', 'bytes', 'INTEGER', 'bytes', 'The size of the source as it came; NULL where unknown'),
(83010000, 'loads', 'load', 'table', 'delivery_id', 'INTEGER', 'delivery.id', 'The delivery that the source came with'),
(83020000, 'loads', 'load', 'table', 'older', 'INTEGER', 'records', 'How many were older than what is known: they are in the history alone'),
(83030000, 'loads', 'load', 'table', 'unknown', 'TEXT', 'JSON', 'The columns and members that the model does not know; NULL where nobody looked for them'),
(83030100, 'loads', 'load', 'table', 'kind', 'TEXT', NULL, 'What wrote the entry: load, replay, undo, forget or dismiss'),
(83030200, 'loads', 'load', 'table', 'undoes', 'INTEGER', 'load.id', 'Of an undo: the load that it took back'),
(83030300, 'loads', 'load', 'table', 'undone_by', 'INTEGER', 'load.id', 'The undo that took this load back; NULL while it stands'),
(83030400, 'loads', 'load', 'table', 'removed', 'INTEGER', 'records', 'How many an undo or a forget took out of the table'),
(83030500, 'loads', 'load', 'table', 'suppressed', 'INTEGER', 'records', 'How many were of forgotten people, and so not taken in'),
(83040000, 'loads', 'delivery', 'table', NULL, NULL, NULL, 'The deliveries: files that came together, and were loaded in one transaction'),
(83050000, 'loads', 'delivery', 'table', 'id', 'INTEGER', NULL, 'The number of the delivery'),
(83060000, 'loads', 'delivery', 'table', 'date', 'TEXT', 'ISO-8601', 'The date of the data, of the names of folders and files; NULL where nothing tells it'),
(83070000, 'loads', 'delivery', 'table', 'source', 'TEXT', NULL, 'The folder or file, as it was given'),
(83080000, 'loads', 'delivery', 'table', 'started_at', 'TEXT', 'ISO-8601, UTC', 'When its first load began'),
(83090000, 'loads', 'delivery', 'table', 'finished_at', 'TEXT', 'ISO-8601, UTC', 'When it was done'),
(83100000, 'loads', 'delivery', 'table', 'outcome', 'TEXT', NULL, 'done, failed, refused or interrupted; one that is not done changed no model'),
(83110000, 'loads', 'delivery', 'table', 'reason', 'TEXT', NULL, 'Why it was not done; of one that is done, that the clock had been moved back before it'),
(83110001, 'loads', 'delivery', 'table', 'source_name', 'TEXT', NULL, 'The name of the source in scli.toml that it came from; NULL where paths or addresses were given'),
(83120000, 'loads', 'known_file', 'table', NULL, NULL, NULL, 'The files that were loaded, as they were then: those that are the same are not read again'),
(83130000, 'loads', 'known_file', 'table', 'path', 'TEXT', NULL, 'The absolute path of the file, without links; or its address, without what signs it'),
(83140000, 'loads', 'known_file', 'table', 'model', 'TEXT', NULL, 'As in load.model'),
(83150000, 'loads', 'known_file', 'table', 'bytes', 'INTEGER', 'bytes', 'Its size; NULL where its server does not tell'),
(83160000, 'loads', 'known_file', 'table', 'modified_at', 'INTEGER', 'nanoseconds since 1970, UTC', 'When it was last written; NULL where nothing sure is known'),
(83170000, 'loads', 'known_file', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that had these bytes'),
(83170001, 'loads', 'known_file', 'table', 'etag', 'TEXT', NULL, 'What its server calls these bytes (ETag); NULL for files of this machine'),
(83170100, 'loads', 'forgotten', 'table', NULL, NULL, NULL, 'The people who were forgotten: no source brings them back'),
(83170200, 'loads', 'forgotten', 'table', 'digest', 'BLOB', 'HMAC-SHA-256', 'Of the e-mail address in Unicode lower case'),
(83170300, 'loads', 'forgotten', 'table', 'at', 'TEXT', 'ISO-8601, UTC', 'When the person was forgotten'),
(83170400, 'loads', 'forgotten', 'table', 'wiped', 'INTEGER', '0 or 1', '1 once the file was written anew, without the bytes of what was deleted'),
(83170500, 'loads', 'forget_key', 'table', NULL, NULL, NULL, 'The key of the digests of forgotten people'),
(83170600, 'loads', 'forget_key', 'table', 'key', 'BLOB', NULL, 'Random bytes'),
(83170700, 'loads', 'forget_key', 'table', 'made_at', 'TEXT', 'ISO-8601, UTC', 'When it was made'),
(83170800, 'loads', 'pruned', 'table', NULL, NULL, NULL, 'The loads up to which old versions were dropped'),
(83170900, 'loads', 'pruned', 'table', 'load_id', 'INTEGER', 'load.id', 'What was known before this load cannot be told any more'),
(83171000, 'loads', 'pruned', 'table', 'at', 'TEXT', 'ISO-8601, UTC', 'When they were dropped'),
(84000000, 'loads', 'reject', 'table', NULL, NULL, NULL, 'The records that broke a rule, whole, one row each'),
(85000000, 'loads', 'reject', 'table', 'id', 'INTEGER', NULL, 'The number of the record, for scli rejects show'),
(86000000, 'loads', 'reject', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that set it aside'),
(87000000, 'loads', 'reject', 'table', 'line', 'INTEGER', 'lines, from 1', 'Where the record begins in a source of lines'),
(88000000, 'loads', 'reject', 'table', 'byte', 'INTEGER', 'bytes, from 0', 'Where the record begins in a source of lines'),
(89000000, 'loads', 'reject', 'table', 'path', 'TEXT', NULL, 'Where it stands in JSON, as in $[12]; or topic, partition and offset of a message, as in orders[3]@1234'),
(90000000, 'loads', 'reject', 'table', 'rule', 'TEXT', NULL, 'The rule that it broke'),
(91000000, 'loads', 'reject', 'table', 'field', 'TEXT', NULL, 'The column, or the path within the record'),
(92000000, 'loads', 'reject', 'table', 'value', 'TEXT', NULL, 'The offending value; NULL where there is none'),
(93000000, 'loads', 'reject', 'table', 'message', 'TEXT', NULL, 'What is wrong, for a person'),
(94000000, 'loads', 'reject', 'table', 'raw', 'TEXT', NULL, 'The record as it stood in the source'),
(95000000, 'loads', 'reject', 'table', 'raw_bytes', 'BLOB', NULL, 'Instead of raw, where the bytes are not plain text'),
(96000000, 'loads', 'reject', 'table', 'resolved_by', 'INTEGER', 'load.id', 'The load that settled it; NULL while it is set aside'),
(96000100, 'loads', 'reject', 'table', 'copy_of', 'INTEGER', 'reject.id', 'Of a record that an undo set aside again: the first one, which has its place and source'),
(97000000, 'loads', 'vanished', 'view', NULL, NULL, NULL, 'The records that the latest complete dump lacks, one row each; they stay in their tables'),
(98000000, 'loads', 'vanished', 'view', 'model', 'TEXT', NULL, 'As in load.model'),
(99000000, 'loads', 'vanished', 'view', 'key', 'TEXT', NULL, 'The key of the record: title, email, name or id'),
(100000000, 'loads', 'vanished', 'view', 'vanished_in', 'INTEGER', 'load.id', 'The first dump that lacked it'),
(101000000, 'loads', 'vanished', 'view', 'vanished_at', 'TEXT', 'ISO-8601, UTC', 'When that was loaded'),
(102000000, 'loads', 'absence', 'table', NULL, NULL, NULL, 'Every time that a known record was missing from a complete dump, also those that are over'),
(103000000, 'loads', 'absence', 'table', 'model', 'TEXT', NULL, 'As in load.model'),
(104000000, 'loads', 'absence', 'table', 'key', 'TEXT', NULL, 'The key of the record: title, email, name or id'),
(105000000, 'loads', 'absence', 'table', 'vanished_in', 'INTEGER', 'load.id', 'The first dump that lacked it'),
(106000000, 'loads', 'absence', 'table', 'returned_in', 'INTEGER', 'load.id', 'The load that had it again; NULL while it is gone'),
(107000000, 'history', 'movie_history', 'table', NULL, NULL, NULL, 'Earlier versions of movie: one row for each that an update replaced'),
(108000000, 'history', 'movie_history', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(109000000, 'history', 'movie_history', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(110000000, 'history', 'movie_history', 'table', 'duration_mins', 'INTEGER', 'minutes', 'How long the movie is'),
(111000000, 'history', 'movie_history', 'table', 'original_language', 'TEXT', NULL, 'The language that it was made in, by its English name'),
(112000000, 'history', 'movie_history', 'table', 'size_mb', 'INTEGER', 'MB', 'The size of its file'),
(113000000, 'history', 'movie_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(114000000, 'history', 'movie_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(114010000, 'history', 'movie_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(115000000, 'history', 'stream_history', 'view', NULL, NULL, NULL, 'Earlier versions of stream: one row for each that an update replaced'),
(116000000, 'history', 'stream_history', 'view', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of title, address, start and end as they were first loaded'),
(117000000, 'history', 'stream_history', 'view', 'movie_title', 'TEXT', NULL, 'The movie, as the stream spells its title'),
(118000000, 'history', 'stream_history', 'view', 'user_email', 'TEXT', NULL, 'The e-mail address of the user'),
(119000000, 'history', 'stream_history', 'view', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(120000000, 'history', 'stream_history', 'view', 'start_at', 'TEXT', 'ISO-8601, UTC', 'When the session began, to the microsecond'),
(121000000, 'history', 'stream_history', 'view', 'end_at', 'TEXT', 'ISO-8601, UTC', 'When the session ended, to the microsecond; never before it began'),
(122000000, 'history', 'stream_history', 'view', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(123000000, 'history', 'stream_history', 'view', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(124000000, 'history', 'user_history', 'table', NULL, NULL, NULL, 'Earlier versions of user: one row for each that an update replaced'),
(125000000, 'history', 'user_history', 'table', 'email', 'TEXT', NULL, 'The e-mail address, which is the key'),
(126000000, 'history', 'user_history', 'table', 'first_name', 'TEXT', NULL, 'First name'),
(127000000, 'history', 'user_history', 'table', 'last_name', 'TEXT', NULL, 'Last name'),
(128000000, 'history', 'user_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(129000000, 'history', 'user_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(129010000, 'history', 'user_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(130000000, 'history', 'author_history', 'table', NULL, NULL, NULL, 'Earlier versions of author: one row for each that an update replaced'),
(131000000, 'history', 'author_history', 'table', 'name', 'TEXT', NULL, 'The name, which is the key'),
(132000000, 'history', 'author_history', 'table', 'name_key', 'TEXT', NULL, 'The name in Unicode lower case, to match names in any case'),
(133000000, 'history', 'author_history', 'table', 'birth_date', 'TEXT', 'ISO-8601, UTC', 'When the author was born; NULL where the vendor does not know'),
(134000000, 'history', 'author_history', 'table', 'died_at', 'TEXT', 'ISO-8601, UTC', 'When the author died; NULL where alive or unknown'),
(135000000, 'history', 'author_history', 'table', 'nationality', 'TEXT', NULL, 'The nationality as the vendor codes it, as in singaporeans; NULL where unknown'),
(136000000, 'history', 'author_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(137000000, 'history', 'author_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(137010000, 'history', 'author_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(138000000, 'history', 'book_history', 'table', NULL, NULL, NULL, 'Earlier versions of book: one row for each that an update replaced'),
(139000000, 'history', 'book_history', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
(140000000, 'history', 'book_history', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(141000000, 'history', 'book_history', 'table', 'pages', 'INTEGER', 'pages', 'How many pages the book has'),
(142000000, 'history', 'book_history', 'table', 'author', 'TEXT', NULL, 'The name of its author'),
(143000000, 'history', 'book_history', 'table', 'author_key', 'TEXT', NULL, 'The name of its author in Unicode lower case'),
(144000000, 'history', 'book_history', 'table', 'publisher', 'TEXT', NULL, 'The publisher'),
(145000000, 'history', 'book_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(146000000, 'history', 'book_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(146010000, 'history', 'book_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(147000000, 'history', 'review_history', 'table', NULL, NULL, NULL, 'Earlier versions of review: one row for each that an update replaced'),
(148000000, 'history', 'review_history', 'table', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of text, rating and movie_title'),
(149000000, 'history', 'review_history', 'table', 'text', 'TEXT', NULL, 'What the review says'),
(150000000, 'history', 'review_history', 'table', 'rating', 'INTEGER', '1 to 5', 'How much the reviewer liked it; 5 is best'),
(151000000, 'history', 'review_history', 'table', 'movie_title', 'TEXT', NULL, 'The movie, as the review spells its title'),
(152000000, 'history', 'review_history', 'table', 'movie_title_key', 'TEXT', NULL, 'The title of the movie in Unicode lower case'),
(153000000, 'history', 'review_history', 'table', 'book_title', 'TEXT', NULL, 'The book that the movie is based on'),
(154000000, 'history', 'review_history', 'table', 'book_title_key', 'TEXT', NULL, 'The title of the book in Unicode lower case'),
(155000000, 'history', 'review_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(156000000, 'history', 'review_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(156010000, 'history', 'review_history', 'table', 'extra', 'TEXT', 'JSON', 'Columns and members of the record that the model does not know; NULL where there are none'),
(157000000, 'history', 'stream_fact_history', 'table', NULL, NULL, NULL, 'Earlier versions of stream_fact: one row for each that an update replaced'),
(158000000, 'history', 'stream_fact_history', 'table', 'start_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session began'),
(159000000, 'history', 'stream_fact_history', 'table', 'user_id', 'INTEGER', 'streaming_user.id', 'Who watched'),
(160000000, 'history', 'stream_fact_history', 'table', 'movie_id', 'INTEGER', 'streamed_movie.id', 'What was watched'),
(161000000, 'history', 'stream_fact_history', 'table', 'end_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session ended; never before it began'),
(162000000, 'history', 'stream_fact_history', 'table', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
(163000000, 'history', 'stream_fact_history', 'table', 'id', 'BLOB', 'SHA-1, 20 bytes', 'The id that the view stream shows in hex'),
(164000000, 'history', 'stream_fact_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'),
(165000000, 'history', 'stream_fact_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load whose version came in its place'),
(165000100, 'history', 'streamed_movie_history', 'table', NULL, NULL, NULL, 'Titles whose last stream was taken back'),
(165000200, 'history', 'streamed_movie_history', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
(165000300, 'history', 'streamed_movie_history', 'table', 'title', 'TEXT', NULL, 'The title, as the streams spell it'),
(165000400, 'history', 'streamed_movie_history', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
(165000500, 'history', 'streamed_movie_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),
(165000600, 'history', 'streamed_movie_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load that took the last stream back'),
(165000700, 'history', 'streaming_user_history', 'table', NULL, NULL, NULL, 'E-mail addresses whose last stream was taken back'),
(165000800, 'history', 'streaming_user_history', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
(165000900, 'history', 'streaming_user_history', 'table', 'email', 'TEXT', NULL, 'The e-mail address'),
(165001000, 'history', 'streaming_user_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),
(165001100, 'history', 'streaming_user_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load that took the last stream back'),
(166000000, 'summaries', 'stream_by_day', 'table', NULL, NULL, NULL, 'The sessions of each day, summed; every load keeps it true'),
(167000000, 'summaries', 'stream_by_day', 'table', 'day', 'INTEGER', 'days since 1970, UTC', 'The day on which the sessions began'),
(168000000, 'summaries', 'stream_by_day', 'table', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(169000000, 'summaries', 'stream_by_day', 'table', 'seconds', 'INTEGER', 'seconds', 'Their durations, the whole seconds of each, summed'),
(170000000, 'summaries', 'stream_by_day', 'table', 'microseconds', 'INTEGER', 'microseconds', 'What is left of each beyond whole seconds, summed'),
(171000000, 'summaries', 'stream_by_day', 'table', 'longest', 'INTEGER', 'microseconds', 'The longest duration'),
(172000000, 'summaries', 'stream_by_size', 'table', NULL, NULL, NULL, 'How many sessions there are of each size; every load keeps it true'),
(173000000, 'summaries', 'stream_by_size', 'table', 'class', 'INTEGER', 'MB', 'The size without its fraction'),
(174000000, 'summaries', 'stream_by_size', 'table', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(175000000, 'summaries', 'stream_by_day_counted', 'view', NULL, NULL, NULL, 'What stream_by_day should hold, counted anew from stream_fact'),
(176000000, 'summaries', 'stream_by_day_counted', 'view', 'day', 'INTEGER', 'days since 1970, UTC', 'The day on which the sessions began'),
(177000000, 'summaries', 'stream_by_day_counted', 'view', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(178000000, 'summaries', 'stream_by_day_counted', 'view', 'seconds', 'INTEGER', 'seconds', 'Their durations, the whole seconds of each, summed'),
(179000000, 'summaries', 'stream_by_day_counted', 'view', 'microseconds', 'INTEGER', 'microseconds', 'What is left of each beyond whole seconds, summed'),
(180000000, 'summaries', 'stream_by_day_counted', 'view', 'longest', 'INTEGER', 'microseconds', 'The longest duration'),
(181000000, 'summaries', 'stream_by_size_counted', 'view', NULL, NULL, NULL, 'What stream_by_size should hold, counted anew from stream_fact'),
(182000000, 'summaries', 'stream_by_size_counted', 'view', 'class', 'INTEGER', 'MB', 'The size without its fraction'),
(183000000, 'summaries', 'stream_by_size_counted', 'view', 'streams', 'INTEGER', 'sessions', 'How many there are'),
(184000000, 'file', 'data_dictionary', 'table', NULL, NULL, NULL, 'What every table, view and column means: what scli schema prints'),
(185000000, 'file', 'data_dictionary', 'table', 'position', 'INTEGER', NULL, 'The order to read it in'),
(186000000, 'file', 'data_dictionary', 'table', 'topic', 'TEXT', NULL, 'models, described, streams, loads, history, summaries or file'),
(187000000, 'file', 'data_dictionary', 'table', 'table_name', 'TEXT', NULL, 'The table or view'),
(188000000, 'file', 'data_dictionary', 'table', 'kind', 'TEXT', NULL, 'table or view'),
(189000000, 'file', 'data_dictionary', 'table', 'column_name', 'TEXT', NULL, 'The column; NULL in the row about the table or view itself'),
(190000000, 'file', 'data_dictionary', 'table', 'type', 'TEXT', NULL, 'The type of the column, as in TEXT or INTEGER'),
(191000000, 'file', 'data_dictionary', 'table', 'unit', 'TEXT', NULL, 'What a number counts, the form of a text, or what it refers to; NULL for plain text'),
(192000000, 'file', 'data_dictionary', 'table', 'meaning', 'TEXT', NULL, 'What it means'),
(193000000, 'file', 'refinery_schema_history', 'table', NULL, NULL, NULL, 'The versions of the schema that the file has gone through, one row each'),
(194000000, 'file', 'refinery_schema_history', 'table', 'version', 'int4', NULL, 'The number of the version'),
(195000000, 'file', 'refinery_schema_history', 'table', 'name', 'VARCHAR(255)', NULL, 'What it brought'),
(196000000, 'file', 'refinery_schema_history', 'table', 'applied_on', 'VARCHAR(255)', 'RFC 3339', 'When this file got it'),
(197000000, 'file', 'refinery_schema_history', 'table', 'checksum', 'VARCHAR(255)', NULL, 'A digest of its SQL'),
(197000100, 'file', 'model', 'table', NULL, NULL, NULL, 'The models that a file described, one row a model'),
(197000200, 'file', 'model', 'table', 'name', 'TEXT', NULL, 'The name, which is that of the table'),
(197000300, 'file', 'model', 'table', 'plural', 'TEXT', NULL, 'The usual name of a file'),
(197000400, 'file', 'model', 'table', 'key', 'TEXT', 'JSON', 'The fields that identify a record, in their order'),
(197000500, 'file', 'model', 'table', 'complete', 'INTEGER', '0 or 1', '1 if a file holds everything that its sender knows'),
(197000600, 'file', 'model', 'table', 'files', 'TEXT', 'JSON', 'Patterns of the paths of its files'),
(197000700, 'file', 'model', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that brought the description'),
(197000800, 'file', 'model_field', 'table', NULL, NULL, NULL, 'The fields of those models, one row a field'),
(197000900, 'file', 'model_field', 'table', 'model', 'TEXT', 'model.name', 'The model'),
(197001000, 'file', 'model_field', 'table', 'name', 'TEXT', NULL, 'The name, which is that of the column'),
(197001100, 'file', 'model_field', 'table', 'place', 'INTEGER', NULL, 'Where it stands among the fields, from 0'),
(197001200, 'file', 'model_field', 'table', 'type', 'TEXT', NULL, 'text, integer, real, boolean, date, timestamp or json'),
(197001300, 'file', 'model_field', 'table', 'rules', 'TEXT', 'JSON', 'Where its values come from, and what they must be like'),
(197001400, 'file', 'model_field', 'table', 'retired', 'INTEGER', '0 or 1', '1 once the description has it no longer: the column stays, and is empty'),
(197001500, 'file', 'model_field', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that brought what is said of it'),
(197001600, 'history', 'model_history', 'table', NULL, NULL, NULL, 'Earlier descriptions, in the table model until then'),
(197001700, 'history', 'model_history', 'table', 'name', 'TEXT', NULL, 'The name, which is that of the table'),
(197001800, 'history', 'model_history', 'table', 'plural', 'TEXT', NULL, 'The usual name of a file'),
(197001900, 'history', 'model_history', 'table', 'key', 'TEXT', 'JSON', 'The fields that identify a record, in their order'),
(197002000, 'history', 'model_history', 'table', 'complete', 'INTEGER', '0 or 1', '1 if a file holds everything that its sender knows'),
(197002100, 'history', 'model_history', 'table', 'files', 'TEXT', 'JSON', 'Patterns of the paths of its files'),
(197002200, 'history', 'model_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that brought the description'),
(197002300, 'history', 'model_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load that brought another description'),
(197002400, 'history', 'model_field_history', 'table', NULL, NULL, NULL, 'Earlier descriptions, in the table model_field until then'),
(197002500, 'history', 'model_field_history', 'table', 'model', 'TEXT', 'model.name', 'The model'),
(197002600, 'history', 'model_field_history', 'table', 'name', 'TEXT', NULL, 'The name, which is that of the column'),
(197002700, 'history', 'model_field_history', 'table', 'place', 'INTEGER', NULL, 'Where it stands among the fields, from 0'),
(197002800, 'history', 'model_field_history', 'table', 'type', 'TEXT', NULL, 'text, integer, real, boolean, date, timestamp or json'),
(197002900, 'history', 'model_field_history', 'table', 'rules', 'TEXT', 'JSON', 'Where its values come from, and what they must be like'),
(197003000, 'history', 'model_field_history', 'table', 'retired', 'INTEGER', '0 or 1', '1 once the description has it no longer: the column stays, and is empty'),
(197003100, 'history', 'model_field_history', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that brought what is said of it'),
(197003200, 'history', 'model_field_history', 'table', 'replaced_by', 'INTEGER', 'load.id', 'The load that brought another description'),
(197003201, 'loads', 'consumed', 'table', NULL, NULL, NULL, 'The offsets of topics that loads took, one row a partition and load'),
(197003202, 'loads', 'consumed', 'table', 'model', 'TEXT', NULL, 'The model that the topic is read into'),
(197003203, 'loads', 'consumed', 'table', 'cluster', 'TEXT', NULL, 'The id of the cluster, or its first hosts where it has none'),
(197003204, 'loads', 'consumed', 'table', 'topic', 'TEXT', NULL, 'The topic'),
(197003205, 'loads', 'consumed', 'table', 'partition', 'INTEGER', NULL, 'The partition'),
(197003206, 'loads', 'consumed', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that took them'),
(197003207, 'loads', 'consumed', 'table', 'topic_id', 'TEXT', NULL, 'The id of the topic, which another topic of the same name does not have'),
(197003208, 'loads', 'consumed', 'table', 'first_offset', 'INTEGER', 'offset', 'The offset at which it began'),
(197003209, 'loads', 'consumed', 'table', 'next_offset', 'INTEGER', 'offset', 'The offset at which the next load begins'),
(197003210, 'loads', 'consumed', 'table', 'end_offset', 'INTEGER', 'offset', 'The offset behind the last message that the partition had then');
