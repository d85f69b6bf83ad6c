-- Topics of Kafka: which offsets each load took, kept in its own transaction, so that each message is in exactly once.
PRAGMA user_version = 10;

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

UPDATE data_dictionary SET meaning = 'Where it stands in JSON, as in $[12]; or topic, partition and offset of a message, as in orders[3]@1234'
WHERE table_name = 'reject' AND column_name = 'path';

INSERT INTO data_dictionary (position, topic, table_name, kind, column_name, type, unit, meaning)
SELECT place.position + new.step, 'loads', new.table_name, 'table', new.column_name, new.type, new.unit, new.meaning
FROM (SELECT max(position) AS position FROM data_dictionary) AS place
JOIN (
    SELECT 1 AS step, 'consumed' AS table_name, NULL AS column_name, NULL AS type, NULL AS unit,
        'The offsets of topics that loads took, one row a partition and load' AS meaning
    UNION ALL SELECT 2, 'consumed', 'model', 'TEXT', NULL, 'The model that the topic is read into'
    UNION ALL SELECT 3, 'consumed', 'cluster', 'TEXT', NULL, 'The id of the cluster, or its first hosts where it has none'
    UNION ALL SELECT 4, 'consumed', 'topic', 'TEXT', NULL, 'The topic'
    UNION ALL SELECT 5, 'consumed', 'partition', 'INTEGER', NULL, 'The partition'
    UNION ALL SELECT 6, 'consumed', 'load_id', 'INTEGER', 'load.id', 'The load that took them'
    UNION ALL SELECT 7, 'consumed', 'topic_id', 'TEXT', NULL, 'The id of the topic, which another topic of the same name does not have'
    UNION ALL SELECT 8, 'consumed', 'first_offset', 'INTEGER', 'offset', 'The offset at which it began'
    UNION ALL SELECT 9, 'consumed', 'next_offset', 'INTEGER', 'offset', 'The offset at which the next load begins'
    UNION ALL SELECT 10, 'consumed', 'end_offset', 'INTEGER', 'offset', 'The offset behind the last message that the partition had then'
) AS new;
