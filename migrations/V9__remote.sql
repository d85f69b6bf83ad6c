-- Files of other machines: one need not have a size or a time that its server tells, and may have an ETag.
PRAGMA user_version = 9;

CREATE TABLE seen AS SELECT path, model, bytes, modified_at, load_id FROM known_file;
DROP TABLE known_file;
CREATE TABLE known_file (
    path        TEXT    NOT NULL,  -- absolute, without links; or an address, without what signs it
    model       TEXT    NOT NULL,  -- as in load.model
    bytes       INTEGER,  -- NULL where its server does not tell
    modified_at INTEGER,  -- nanoseconds since 1970-01-01T00:00:00Z; NULL where nothing sure is known
    load_id     INTEGER NOT NULL REFERENCES load (id),  -- the load that had these bytes
    etag        TEXT,     -- what its server calls these bytes; NULL for files of this machine
    PRIMARY KEY (path, model)
) STRICT, WITHOUT ROWID;
-- What could be written again without another time was remembered with the least number there is.
INSERT INTO known_file (path, model, bytes, modified_at, load_id)
SELECT path, model, bytes, nullif(modified_at, -9223372036854775808), load_id FROM seen;
DROP TABLE seen;

-- The name of the source in the project file that it came from; NULL where paths or addresses were given.
ALTER TABLE delivery ADD COLUMN source_name TEXT;

-- Descriptions of what is new, behind those of the same table.
UPDATE data_dictionary SET position = -position;
UPDATE data_dictionary SET position = -100 * position;

UPDATE data_dictionary SET meaning = 'The files that were loaded, as they were then: those that are the same are not read again'
WHERE table_name = 'known_file' AND column_name IS NULL;
UPDATE data_dictionary SET meaning = 'The absolute path of the file, without links; or its address, without what signs it'
WHERE table_name = 'known_file' AND column_name = 'path';
UPDATE data_dictionary SET meaning = 'Its size; NULL where its server does not tell'
WHERE table_name = 'known_file' AND column_name = 'bytes';
UPDATE data_dictionary SET meaning = 'When it was last written; NULL where nothing sure is known'
WHERE table_name = 'known_file' AND column_name = 'modified_at';

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT max(position) + 1, topic, table_name, kind, 'etag', 'TEXT', NULL,
    'What its server calls these bytes (ETag); NULL for files of this machine'
FROM data_dictionary WHERE table_name = 'known_file';

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT max(position) + 1, topic, table_name, kind, 'source_name', 'TEXT', NULL,
    'The name of the source in scli.toml that it came from; NULL where paths or addresses were given'
FROM data_dictionary WHERE table_name = 'delivery';
