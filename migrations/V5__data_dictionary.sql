-- What every table, view and column means, kept in the file itself, so that whoever opens it can read
-- it: `scli schema` prints nothing else. A migration that changes the schema changes these rows too; a
-- test compares them with the schema.
PRAGMA user_version = 5;

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

INSERT INTO data_dictionary (topic, table_name, kind, column_name, type, unit, meaning) VALUES
    ('models', 'movie', 'table', NULL, NULL, NULL, 'The movies on offer, one row a title'),
    ('models', 'movie', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
    ('models', 'movie', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
    ('models', 'movie', 'table', 'duration_mins', 'INTEGER', 'minutes', 'How long the movie is'),
    ('models', 'movie', 'table', 'original_language', 'TEXT', NULL, 'The language that it was made in, by its English name'),
    ('models', 'movie', 'table', 'size_mb', 'INTEGER', 'MB', 'The size of its file'),
    ('models', 'movie', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),

    ('models', 'stream', 'view', NULL, NULL, NULL, 'The streaming sessions, one row each, spelt out from stream_fact'),
    ('models', 'stream', 'view', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of title, address, start and end as they were first loaded'),
    ('models', 'stream', 'view', 'movie_title', 'TEXT', NULL, 'The movie, as the stream spells its title'),
    ('models', 'stream', 'view', 'user_email', 'TEXT', NULL, 'The e-mail address of the user'),
    ('models', 'stream', 'view', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
    ('models', 'stream', 'view', 'start_at', 'TEXT', 'ISO-8601, UTC', 'When the session began, to the microsecond'),
    ('models', 'stream', 'view', 'end_at', 'TEXT', 'ISO-8601, UTC', 'When the session ended, to the microsecond; never before it began'),

    ('models', 'user', 'table', NULL, NULL, NULL, 'The users, one row an e-mail address'),
    ('models', 'user', 'table', 'email', 'TEXT', NULL, 'The e-mail address, which is the key'),
    ('models', 'user', 'table', 'first_name', 'TEXT', NULL, 'First name'),
    ('models', 'user', 'table', 'last_name', 'TEXT', NULL, 'Last name'),
    ('models', 'user', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),

    ('models', 'author', 'table', NULL, NULL, NULL, 'The authors of books, one row a name'),
    ('models', 'author', 'table', 'name', 'TEXT', NULL, 'The name, which is the key'),
    ('models', 'author', 'table', 'name_key', 'TEXT', NULL, 'The name in Unicode lower case, to match names in any case'),
    ('models', 'author', 'table', 'birth_date', 'TEXT', 'ISO-8601, UTC', 'When the author was born; NULL where the vendor does not know'),
    ('models', 'author', 'table', 'died_at', 'TEXT', 'ISO-8601, UTC', 'When the author died; NULL where alive or unknown'),
    ('models', 'author', 'table', 'nationality', 'TEXT', NULL, 'The nationality as the vendor codes it, as in singaporeans; NULL where unknown'),
    ('models', 'author', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),

    ('models', 'book', 'table', NULL, NULL, NULL, 'The books, one row a title'),
    ('models', 'book', 'table', 'title', 'TEXT', NULL, 'The title, which is the key'),
    ('models', 'book', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
    ('models', 'book', 'table', 'pages', 'INTEGER', 'pages', 'How many pages the book has'),
    ('models', 'book', 'table', 'author', 'TEXT', NULL, 'The name of its author'),
    ('models', 'book', 'table', 'author_key', 'TEXT', NULL, 'The name of its author in Unicode lower case'),
    ('models', 'book', 'table', 'publisher', 'TEXT', NULL, 'The publisher'),
    ('models', 'book', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),

    ('models', 'review', 'table', NULL, NULL, NULL, 'Reviews of movies that are based on a book, one row each'),
    ('models', 'review', 'table', 'id', 'TEXT', 'SHA-1, hex', 'The key: a digest of text, rating and movie_title'),
    ('models', 'review', 'table', 'text', 'TEXT', NULL, 'What the review says'),
    ('models', 'review', 'table', 'rating', 'INTEGER', '1 to 5', 'How much the reviewer liked it; 5 is best'),
    ('models', 'review', 'table', 'movie_title', 'TEXT', NULL, 'The movie, as the review spells its title'),
    ('models', 'review', 'table', 'movie_title_key', 'TEXT', NULL, 'The title of the movie in Unicode lower case'),
    ('models', 'review', 'table', 'book_title', 'TEXT', NULL, 'The book that the movie is based on'),
    ('models', 'review', 'table', 'book_title_key', 'TEXT', NULL, 'The title of the book in Unicode lower case'),
    ('models', 'review', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),

    ('streams', 'stream_fact', 'table', NULL, NULL, NULL, 'The sessions as they are stored, in order of time: fast for windows of time and for sums'),
    ('streams', 'stream_fact', 'table', 'start_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session began'),
    ('streams', 'stream_fact', 'table', 'user_id', 'INTEGER', 'streaming_user.id', 'Who watched'),
    ('streams', 'stream_fact', 'table', 'movie_id', 'INTEGER', 'streamed_movie.id', 'What was watched'),
    ('streams', 'stream_fact', 'table', 'end_at', 'INTEGER', 'microseconds since 1970, UTC', 'When the session ended; never before it began'),
    ('streams', 'stream_fact', 'table', 'size_mb', 'REAL', 'MB', 'How much was streamed'),
    ('streams', 'stream_fact', 'table', 'id', 'BLOB', 'SHA-1, 20 bytes', 'The id that the view stream shows in hex'),
    ('streams', 'stream_fact', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that last wrote the row'),
    ('streams', 'streamed_movie', 'table', NULL, NULL, NULL, 'Every title that some stream has, once for each way to spell it'),
    ('streams', 'streamed_movie', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
    ('streams', 'streamed_movie', 'table', 'title', 'TEXT', NULL, 'The title, as the streams spell it'),
    ('streams', 'streamed_movie', 'table', 'title_key', 'TEXT', NULL, 'The title in Unicode lower case, to match titles in any case'),
    ('streams', 'streamed_movie', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),
    ('streams', 'streaming_user', 'table', NULL, NULL, NULL, 'Every e-mail address that some stream has, once'),
    ('streams', 'streaming_user', 'table', 'id', 'INTEGER', NULL, 'The number that stream_fact has for it'),
    ('streams', 'streaming_user', 'table', 'email', 'TEXT', NULL, 'The e-mail address'),
    ('streams', 'streaming_user', 'table', 'load_id', 'INTEGER', 'load.id', 'The load of its first stream'),

    ('loads', 'load', 'table', NULL, NULL, NULL, 'The ledger: one row for each load of one source into one model, also for one that failed'),
    ('loads', 'load', 'table', 'id', 'INTEGER', NULL, 'The number of the load'),
    ('loads', 'load', 'table', 'model', 'TEXT', NULL, 'movie, stream, user, author, book or review'),
    ('loads', 'load', 'table', 'source', 'TEXT', NULL, 'The path as it was given, or - for standard input'),
    ('loads', 'load', 'table', 'sha256', 'TEXT', 'SHA-256, hex', 'A digest of the bytes of the source; NULL where it was not read to its end'),
    ('loads', 'load', 'table', 'sha256_absent', 'TEXT', NULL, 'Why there is no sha256'),
    ('loads', 'load', 'table', 'collector', 'TEXT', NULL, 'The form of the source: csv, json or jsonl; replay for records set aside that were tried again'),
    ('loads', 'load', 'table', 'started_at', 'TEXT', 'ISO-8601, UTC', 'When the load began'),
    ('loads', 'load', 'table', 'finished_at', 'TEXT', 'ISO-8601, UTC', 'When the load ended'),
    ('loads', 'load', 'table', 'read', 'INTEGER', 'records', 'How many the source had'),
    ('loads', 'load', 'table', 'inserted', 'INTEGER', 'records', 'How many had a key seen for the first time'),
    ('loads', 'load', 'table', 'updated', 'INTEGER', 'records', 'How many had a known key and other content'),
    ('loads', 'load', 'table', 'unchanged', 'INTEGER', 'records', 'How many had a known key and the same content'),
    ('loads', 'load', 'table', 'repeated', 'INTEGER', 'records', 'How many a later one of the same source replaced'),
    ('loads', 'load', 'table', 'rejected', 'INTEGER', 'records', 'How many broke a rule and were set aside in reject'),
    ('loads', 'load', 'table', 'vanished', 'INTEGER', 'records', 'How many known ones a complete source lacked'),
    ('loads', 'load', 'table', 'reappeared', 'INTEGER', 'records', 'How many vanished ones came back'),
    ('loads', 'load', 'table', 'version', 'TEXT', NULL, 'The version of scli that loaded'),
    ('loads', 'load', 'table', 'outcome', 'TEXT', NULL, 'done, failed, refused or interrupted; one that is not done changed no model'),
    ('loads', 'load', 'table', 'reason', 'TEXT', NULL, 'Why it was not done'),
    ('loads', 'load', 'table', 'complete', 'INTEGER', '0 or 1', '1 if the source was taken for everything that its sender knows, so that what it lacks has vanished'),
    ('loads', 'load', 'table', 'header', 'TEXT', NULL, 'The header of a CSV source of which records were set aside'),
    ('loads', 'load', 'table', 'bytes', 'INTEGER', 'bytes', 'The size of the source as it came; NULL where unknown'),
    ('loads', 'reject', 'table', NULL, NULL, NULL, 'The records that broke a rule, whole, one row each'),
    ('loads', 'reject', 'table', 'id', 'INTEGER', NULL, 'The number of the record, for scli rejects show'),
    ('loads', 'reject', 'table', 'load_id', 'INTEGER', 'load.id', 'The load that set it aside'),
    ('loads', 'reject', 'table', 'line', 'INTEGER', 'lines, from 1', 'Where the record begins in a source of lines'),
    ('loads', 'reject', 'table', 'byte', 'INTEGER', 'bytes, from 0', 'Where the record begins in a source of lines'),
    ('loads', 'reject', 'table', 'path', 'TEXT', NULL, 'Where the record stands in a source of JSON, as in $[12]'),
    ('loads', 'reject', 'table', 'rule', 'TEXT', NULL, 'The rule that it broke'),
    ('loads', 'reject', 'table', 'field', 'TEXT', NULL, 'The column, or the path within the record'),
    ('loads', 'reject', 'table', 'value', 'TEXT', NULL, 'The offending value; NULL where there is none'),
    ('loads', 'reject', 'table', 'message', 'TEXT', NULL, 'What is wrong, for a person'),
    ('loads', 'reject', 'table', 'raw', 'TEXT', NULL, 'The record as it stood in the source'),
    ('loads', 'reject', 'table', 'raw_bytes', 'BLOB', NULL, 'Instead of raw, where the bytes are not plain text'),
    ('loads', 'reject', 'table', 'resolved_by', 'INTEGER', 'load.id', 'The load that settled it; NULL while it is set aside'),
    ('loads', 'vanished', 'view', NULL, NULL, NULL, 'The records that the latest complete dump lacks, one row each; they stay in their tables'),
    ('loads', 'vanished', 'view', 'model', 'TEXT', NULL, 'As in load.model'),
    ('loads', 'vanished', 'view', 'key', 'TEXT', NULL, 'The key of the record: title, email, name or id'),
    ('loads', 'vanished', 'view', 'vanished_in', 'INTEGER', 'load.id', 'The first dump that lacked it'),
    ('loads', 'vanished', 'view', 'vanished_at', 'TEXT', 'ISO-8601, UTC', 'When that was loaded'),
    ('loads', 'absence', 'table', NULL, NULL, NULL, 'Every time that a known record was missing from a complete dump, also those that are over'),
    ('loads', 'absence', 'table', 'model', 'TEXT', NULL, 'As in load.model'),
    ('loads', 'absence', 'table', 'key', 'TEXT', NULL, 'The key of the record: title, email, name or id'),
    ('loads', 'absence', 'table', 'vanished_in', 'INTEGER', 'load.id', 'The first dump that lacked it'),
    ('loads', 'absence', 'table', 'returned_in', 'INTEGER', 'load.id', 'The load that had it again; NULL while it is gone');

-- A history has the columns of its model, and says what replaced each version.
INSERT INTO data_dictionary (topic, table_name, kind, column_name, type, unit, meaning)
SELECT 'history', table_name || '_history', kind, column_name, type, unit, meaning
FROM (
    SELECT position AS place, table_name, kind, column_name, type, unit,
        CASE
            WHEN column_name IS NULL THEN
                'Earlier versions of ' || table_name || ': one row for each that an update replaced'
            WHEN column_name = 'load_id' THEN 'The load that wrote this version'
            ELSE meaning
        END AS meaning
    FROM data_dictionary
    WHERE topic = 'models' OR table_name = 'stream_fact'
    UNION ALL
    SELECT max(position) + 0.5, 'stream', 'view', 'load_id', 'INTEGER', 'load.id', 'The load that wrote this version'
    FROM data_dictionary
    WHERE table_name = 'stream'
    UNION ALL
    SELECT max(position) + 0.7, table_name, kind, 'replaced_by', 'INTEGER', 'load.id',
        'The load whose version came in its place'
    FROM data_dictionary
    WHERE topic = 'models' OR table_name = 'stream_fact'
    GROUP BY table_name
)
ORDER BY place;

INSERT INTO data_dictionary (topic, table_name, kind, column_name, type, unit, meaning) VALUES
    ('summaries', 'stream_by_day', 'table', NULL, NULL, NULL, 'The sessions of each day, summed; every load keeps it true'),
    ('summaries', 'stream_by_day', 'table', 'day', 'INTEGER', 'days since 1970, UTC', 'The day on which the sessions began'),
    ('summaries', 'stream_by_day', 'table', 'streams', 'INTEGER', 'sessions', 'How many there are'),
    ('summaries', 'stream_by_day', 'table', 'seconds', 'INTEGER', 'seconds', 'Their durations, the whole seconds of each, summed'),
    ('summaries', 'stream_by_day', 'table', 'microseconds', 'INTEGER', 'microseconds', 'What is left of each beyond whole seconds, summed'),
    ('summaries', 'stream_by_day', 'table', 'longest', 'INTEGER', 'microseconds', 'The longest duration'),
    ('summaries', 'stream_by_size', 'table', NULL, NULL, NULL, 'How many sessions there are of each size; every load keeps it true'),
    ('summaries', 'stream_by_size', 'table', 'class', 'INTEGER', 'MB', 'The size without its fraction'),
    ('summaries', 'stream_by_size', 'table', 'streams', 'INTEGER', 'sessions', 'How many there are');

INSERT INTO data_dictionary (topic, table_name, kind, column_name, type, unit, meaning)
SELECT topic, table_name || '_counted', 'view', column_name, type, unit,
    iif(column_name IS NULL, 'What ' || table_name || ' should hold, counted anew from stream_fact', meaning)
FROM data_dictionary
WHERE topic = 'summaries'
ORDER BY position;

INSERT INTO data_dictionary (topic, table_name, kind, column_name, type, unit, meaning) VALUES
    ('file', 'data_dictionary', 'table', NULL, NULL, NULL, 'What every table, view and column means: what scli schema prints'),
    ('file', 'data_dictionary', 'table', 'position', 'INTEGER', NULL, 'The order to read it in'),
    ('file', 'data_dictionary', 'table', 'topic', 'TEXT', NULL, 'models, streams, loads, history, summaries or file'),
    ('file', 'data_dictionary', 'table', 'table_name', 'TEXT', NULL, 'The table or view'),
    ('file', 'data_dictionary', 'table', 'kind', 'TEXT', NULL, 'table or view'),
    ('file', 'data_dictionary', 'table', 'column_name', 'TEXT', NULL, 'The column; NULL in the row about the table or view itself'),
    ('file', 'data_dictionary', 'table', 'type', 'TEXT', NULL, 'The type of the column, as in TEXT or INTEGER'),
    ('file', 'data_dictionary', 'table', 'unit', 'TEXT', NULL, 'What a number counts, the form of a text, or what it refers to; NULL for plain text'),
    ('file', 'data_dictionary', 'table', 'meaning', 'TEXT', NULL, 'What it means'),
    ('file', 'refinery_schema_history', 'table', NULL, NULL, NULL, 'The versions of the schema that the file has gone through, one row each'),
    ('file', 'refinery_schema_history', 'table', 'version', 'int4', NULL, 'The number of the version'),
    ('file', 'refinery_schema_history', 'table', 'name', 'VARCHAR(255)', NULL, 'What it brought'),
    ('file', 'refinery_schema_history', 'table', 'applied_on', 'VARCHAR(255)', 'RFC 3339', 'When this file got it'),
    ('file', 'refinery_schema_history', 'table', 'checksum', 'VARCHAR(255)', NULL, 'A digest of its SQL');
