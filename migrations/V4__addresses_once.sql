-- Addresses of streams are stored once. The index that kept them unique was a second copy of them all,
-- and a load spent more on it than on the table: a load numbers them in memory, each once, and
-- `scli check --deep` looks for one that is there twice.
PRAGMA user_version = 4;

-- Views name the table; they stay as they are while it is replaced.
PRAGMA legacy_alter_table = ON;

CREATE TABLE streaming_user_once (
    id      INTEGER PRIMARY KEY,
    email   TEXT    NOT NULL,
    load_id INTEGER NOT NULL REFERENCES load (id)  -- the load of its first stream
) STRICT;
INSERT INTO streaming_user_once (id, email, load_id) SELECT id, email, load_id FROM streaming_user ORDER BY id;
DROP TABLE streaming_user;
ALTER TABLE streaming_user_once RENAME TO streaming_user;

PRAGMA legacy_alter_table = OFF;
