-- Streams by their size in whole megabytes.
SELECT class, streams
FROM stream_by_size
ORDER BY class;
