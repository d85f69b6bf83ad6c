-- Streams by the hour of the day in which they start, in UTC.
SELECT (start_at % 86400000000 + 86400000000) % 86400000000 / 3600000000 AS class, count(*) AS streams
FROM stream_fact
GROUP BY class
ORDER BY class;
