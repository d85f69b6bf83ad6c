-- title: Median size of a stream
-- unit: GB

-- Sorting every size would take most of the time that the six questions need. stream_by_size knows
-- how many streams there are of each whole number of megabytes, and so in which class the middle
-- lies: only the sizes of that class are sorted, or of two where the middle lies between them.

WITH
buckets AS MATERIALIZED (
    SELECT bucket, streams, sum(streams) OVER (ORDER BY bucket) AS streams_up_to
    FROM (SELECT class / 64 AS bucket, sum(streams) AS streams FROM stream_by_size GROUP BY class / 64)
),
-- The places of the two middle sizes, counted from 1: the same place for an odd number of streams.
middle_places AS MATERIALIZED (
    SELECT (sum(streams) + 1) / 2 AS first_place, (sum(streams) + 2) / 2 AS last_place
    FROM buckets
),
-- The few classes around the middle: to add up all of them one by one takes longer.
near AS MATERIALIZED (
    SELECT
        p.first_place,
        p.last_place,
        min(b.bucket) AS low_bucket,
        max(b.bucket) AS high_bucket,
        min(b.streams_up_to - b.streams) AS skipped
    FROM middle_places AS p
    JOIN buckets AS b ON b.streams_up_to >= p.first_place AND b.streams_up_to - b.streams < p.last_place
),
classes AS MATERIALIZED (
    SELECT s.class, s.streams, near.skipped + sum(s.streams) OVER (ORDER BY s.class) AS streams_up_to
    FROM near
    CROSS JOIN stream_by_size AS s
    WHERE s.class / 64 BETWEEN near.low_bucket AND near.high_bucket
),
wanted AS MATERIALIZED (
    SELECT
        near.first_place,
        near.last_place,
        min(c.class) AS low_class,
        max(c.class) AS high_class,
        min(c.streams_up_to - c.streams) AS skipped
    FROM near
    JOIN classes AS c ON c.streams_up_to >= near.first_place AND c.streams_up_to - c.streams < near.last_place
),
ranked AS (
    SELECT f.size_mb, wanted.skipped + row_number() OVER (ORDER BY f.size_mb) AS place
    FROM wanted
    CROSS JOIN stream_fact AS f
    WHERE CAST(f.size_mb AS INTEGER) BETWEEN wanted.low_class AND wanted.high_class
),
middle AS (
    SELECT min(ranked.size_mb) AS low, max(ranked.size_mb) AS high
    FROM wanted
    JOIN ranked ON ranked.place IN (wanted.first_place, wanted.last_place)
),
-- PostgreSQL keeps 15 significant digits when it turns such a number into a decimal.
decimal AS (
    SELECT CASE WHEN low IS NOT NULL THEN CAST(printf('%.15g', (low + 0.5 * (high - low)) / 1000) AS REAL) END AS gb
    FROM middle
),
-- Two decimals, halves away from zero. A decimal half such as 0.935 is a little less in binary;
-- the last factor makes up for that, and is too small to lift the next lower number of 15 digits.
answer (median) AS (
    SELECT round(gb * 100 * 1.0000000000000004) / 100
    FROM decimal
)
SELECT median AS published, median AS corrected
FROM answer;
