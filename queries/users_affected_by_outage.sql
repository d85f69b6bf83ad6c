-- title: Users affected by the outage
-- unit: users
-- note: The published answer takes the times for UTC, so its window is an hour late, and it counts
--       sessions that start or end inside. The corrected one keeps the offset +01:00 and counts
--       sessions in progress at any moment, those that span the whole window included.
-- param from clock '2021-12-25T07:00:00.000+01:00' Start of the outage
-- param to clock '2021-12-25T12:00:00.000+01:00' End of the outage
-- param movie title 'Unforgiven' The movie whose file was corrupted, in any case

WITH
-- The parameters. A time is to have exactly the form of its default.
given (from_text, to_text, movie) AS (
    SELECT
        coalesce(:from, '2021-12-25T07:00:00.000+01:00'),
        coalesce(:to, '2021-12-25T12:00:00.000+01:00'),
        lower(coalesce(:movie, 'Unforgiven'))
),
-- In microseconds since 1970, as stream_fact has them. The 23 characters without the offset are
-- what the published answer read.
bounds AS MATERIALIZED (
    SELECT
        strftime('%s', substr(from_text, 1, 23)) * 1000000 + substr(from_text, 21, 3) * 1000 AS published_from,
        strftime('%s', substr(to_text, 1, 23)) * 1000000 + substr(to_text, 21, 3) * 1000 AS published_to,
        strftime('%s', from_text) * 1000000 + substr(from_text, 21, 3) * 1000 AS corrected_from,
        strftime('%s', to_text) * 1000000 + substr(to_text, 21, 3) * 1000 AS corrected_to
    FROM given
)
SELECT
    count(DISTINCT CASE
        WHEN f.start_at BETWEEN b.published_from AND b.published_to
            OR f.end_at BETWEEN b.published_from AND b.published_to
        THEN f.user_id
    END) AS published,
    count(DISTINCT CASE
        WHEN f.start_at <= b.corrected_to AND f.end_at >= b.corrected_from
        THEN f.user_id
    END) AS corrected
FROM bounds AS b
CROSS JOIN stream_fact AS f
-- No session ends before it starts or is longer than the longest, so only these can touch either
-- window.
WHERE f.start_at <= max(b.published_to, b.corrected_to)
    AND f.start_at >= min(b.published_from, b.corrected_from) - (SELECT max(longest) FROM stream_by_day)
    AND f.end_at >= min(b.published_from, b.corrected_from)
    AND f.movie_id IN (
        SELECT id FROM streamed_movie WHERE title_key = (SELECT movie FROM given)
    );
