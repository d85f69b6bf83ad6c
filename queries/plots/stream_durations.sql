-- Streams by their duration in whole minutes.
SELECT (end_at - start_at) / 60000000 AS class, count(*) AS streams
FROM stream_fact
GROUP BY class
ORDER BY class;
