-- title: Median size of a stream
-- unit: GB

-- Sorting every size would take most of the time that the six questions need. So a sample first
-- tells about where the middle lies, then one pass counts how many sizes are below and in there,
-- and only those in there are sorted. Where the sample misled, or is too small, all are sorted.

WITH
sampled AS (
    SELECT size_mb, percent_rank() OVER (ORDER BY size_mb) AS place
    FROM stream_fact
    WHERE start_at % 61 = 0
),
guessed AS MATERIALIZED (
    SELECT min(size_mb) AS low, max(size_mb) AS high
    FROM sampled
    WHERE place BETWEEN 0.48 AND 0.52
),
counted AS MATERIALIZED (
    SELECT
        guessed.low,
        guessed.high,
        count(*) AS streams,
        sum(f.size_mb < guessed.low) AS below,
        sum(f.size_mb BETWEEN guessed.low AND guessed.high) AS inside
    FROM guessed
    CROSS JOIN stream_fact AS f
),
-- The places of the two middle sizes, counted from 1: the same place for an odd number of streams.
-- The limits are NULL where all sizes are to be sorted.
wanted AS MATERIALIZED (
    SELECT
        (streams + 1) / 2 AS first_place,
        (streams + 2) / 2 AS last_place,
        CASE WHEN is_inside THEN low END AS low,
        CASE WHEN is_inside THEN high END AS high,
        CASE WHEN is_inside THEN below ELSE 0 END AS skipped
    FROM (
        SELECT *, below < (streams + 1) / 2 AND below + inside >= (streams + 2) / 2 AS is_inside
        FROM counted
    )
),
ranked AS (
    SELECT f.size_mb, wanted.skipped + row_number() OVER (ORDER BY f.size_mb) AS place
    FROM wanted
    CROSS JOIN stream_fact AS f
    WHERE wanted.low IS NULL OR f.size_mb BETWEEN wanted.low AND wanted.high
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
