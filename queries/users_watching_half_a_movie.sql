-- title: Users who watched at least half of a movie in the last week of December 2021
-- unit: users
-- note: The published answer takes the times for UTC, so its window is an hour late, starts on the
--       24th, eight days before the end, and counts the whole of a session that starts or ends
--       inside. The corrected one keeps the offset +01:00, takes the last seven days, and counts
--       only the part of a session inside them.
-- param from clock '2021-12-25T00:00:00.000+01:00' First second of the week
-- param to clock '2021-12-31T23:59:59.000+01:00' Last second of the week
-- param early_days integer 1 Days by which the published window starts before the week

WITH
-- The parameters. A time is to have exactly the form of its default.
given (from_text, to_text, early_days) AS (
    SELECT
        coalesce(:from, '2021-12-25T00:00:00.000+01:00'),
        coalesce(:to, '2021-12-31T23:59:59.000+01:00'),
        coalesce(:early_days, 1)
),
-- In microseconds since 1970, as stream_fact has them. The 23 characters without the offset are
-- what the published answer read; its window ends with the start of the last second. Corrected,
-- the last second belongs to the week, which ends where the next second starts.
bounds AS MATERIALIZED (
    SELECT
        strftime('%s', substr(from_text, 1, 23)) * 1000000 + substr(from_text, 21, 3) * 1000
            - early_days * 86400000000 AS published_from,
        strftime('%s', substr(to_text, 1, 23)) * 1000000 + substr(to_text, 21, 3) * 1000 AS published_to,
        strftime('%s', from_text) * 1000000 + substr(from_text, 21, 3) * 1000 AS corrected_from,
        (strftime('%s', to_text) + 1) * 1000000 AS corrected_before
    FROM given
),
-- Half of a movie in microseconds, by the title as the streams spell it. Of several movies whose
-- titles differ in case only, the shortest decides.
half AS MATERIALIZED (
    SELECT streamed_movie.id AS movie_id, min(movie.duration_mins) * 30000000 AS microseconds
    FROM streamed_movie
    JOIN movie ON movie.title_key = streamed_movie.title_key
    GROUP BY streamed_movie.id
),
-- Whether a session counts, in either reading.
watched AS (
    SELECT
        f.user_id,
        f.end_at - f.start_at >= half.microseconds
            AND (
                f.start_at BETWEEN b.published_from AND b.published_to
                OR f.end_at BETWEEN b.published_from AND b.published_to
            ) AS is_published,
        min(f.end_at, b.corrected_before) - max(f.start_at, b.corrected_from) >= half.microseconds
            AND f.start_at < b.corrected_before
            AND f.end_at >= b.corrected_from AS is_corrected
    FROM bounds AS b
    CROSS JOIN stream_fact AS f
    JOIN half ON half.movie_id = f.movie_id
    -- No session ends before it starts or is longer than the longest, so only these can touch
    -- either window.
    WHERE f.start_at <= max(b.published_to, b.corrected_before)
        AND f.start_at >= min(b.published_from, b.corrected_from) - (SELECT max(longest) FROM stream_by_day)
        AND f.end_at >= min(b.published_from, b.corrected_from)
),
users AS (
    SELECT max(is_published) AS is_published, max(is_corrected) AS is_corrected
    FROM watched
    WHERE is_published OR is_corrected
    GROUP BY user_id
)
SELECT
    count(CASE WHEN is_published THEN 1 END) AS published,
    count(CASE WHEN is_corrected THEN 1 END) AS corrected
FROM users;
