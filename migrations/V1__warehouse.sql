-- The warehouse: the ledger of loads, six models, and the records set aside.
--
-- Every table is STRICT, so a column holds the type that it declares. `…_key` columns hold the
-- Unicode lower case of the text beside them, by which titles and names are matched: SQLite's
-- own lower() knows ASCII only.

PRAGMA application_id = 1935895657;  -- "scli" in ASCII
PRAGMA user_version = 1;

-- The ledger: one row for each load of one source into one model.
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
) STRICT;

CREATE TABLE movie (
    title             TEXT    NOT NULL PRIMARY KEY,
    title_key         TEXT    NOT NULL,  -- Unicode lower case of title
    duration_mins     INTEGER NOT NULL,  -- minutes
    original_language TEXT    NOT NULL,
    size_mb           INTEGER NOT NULL,  -- megabytes
    load_id           INTEGER NOT NULL REFERENCES load (id)  -- the load that last wrote the row
) STRICT;

CREATE TABLE user (
    email      TEXT    NOT NULL PRIMARY KEY,
    first_name TEXT    NOT NULL,
    last_name  TEXT    NOT NULL,
    load_id    INTEGER NOT NULL REFERENCES load (id)
) STRICT;

CREATE TABLE author (
    name        TEXT    NOT NULL PRIMARY KEY,
    name_key    TEXT    NOT NULL,  -- Unicode lower case of name
    birth_date  TEXT,              -- ISO-8601, UTC; NULL when the vendor does not know
    died_at     TEXT,              -- ISO-8601, UTC; NULL when alive or unknown
    nationality TEXT,              -- the vendor's slug, as in "singaporeans"
    load_id     INTEGER NOT NULL REFERENCES load (id)
) STRICT;

CREATE TABLE book (
    title      TEXT    NOT NULL PRIMARY KEY,
    title_key  TEXT    NOT NULL,  -- Unicode lower case of title
    pages      INTEGER NOT NULL,
    author     TEXT    NOT NULL,
    author_key TEXT    NOT NULL,  -- Unicode lower case of author
    publisher  TEXT    NOT NULL,
    load_id    INTEGER NOT NULL REFERENCES load (id)
) STRICT;

CREATE TABLE review (
    id              TEXT    NOT NULL PRIMARY KEY,  -- SHA-1 of text, rating and movie_title, hex
    text            TEXT    NOT NULL,
    rating          INTEGER NOT NULL,              -- 1 to 5
    movie_title     TEXT    NOT NULL,
    movie_title_key TEXT    NOT NULL,              -- Unicode lower case of movie_title
    book_title      TEXT    NOT NULL,
    book_title_key  TEXT    NOT NULL,              -- Unicode lower case of book_title
    load_id         INTEGER NOT NULL REFERENCES load (id)
) STRICT;

-- Every title that some stream has, once. A title is here from its first stream on.
CREATE TABLE streamed_movie (
    id        INTEGER PRIMARY KEY,
    title     TEXT    NOT NULL UNIQUE,
    title_key TEXT    NOT NULL,  -- Unicode lower case of title
    load_id   INTEGER NOT NULL REFERENCES load (id)  -- the load of its first stream
) STRICT;

-- Every e-mail address that some stream has, once.
CREATE TABLE streaming_user (
    id      INTEGER PRIMARY KEY,
    email   TEXT    NOT NULL UNIQUE,
    load_id INTEGER NOT NULL REFERENCES load (id)  -- the load of its first stream
) STRICT;

-- One row for each streaming session, clustered by time: a new day appends, and a window of
-- time is one range of pages. Read it through the view `stream`, which spells everything out.
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

-- The streams as people read them: names, hex id, ISO-8601 UTC times to the microsecond.
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

-- Records that broke a rule, whole, so that nothing a source held is lost.
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
) STRICT;
