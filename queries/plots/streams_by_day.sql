-- Streams by the day of their start in UTC: days since 1970.
SELECT day AS class, streams
FROM stream_by_day
ORDER BY class;
