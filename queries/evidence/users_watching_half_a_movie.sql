-- rows: A row is a user who counts, with one of the sessions for which; first those who count in one
--       reading only. The answer is the number of rows that count.
-- key: user_email

-- The parts, and the conditions, are those of queries/users_watching_half_a_movie.sql.

WITH
given (from_text, to_text, early_days) AS (
    SELECT
        coalesce(:from, '2021-12-25T00:00:00.000+01:00'),
        coalesce(:to, '2021-12-31T23:59:59.000+01:00'),
        coalesce(:early_days, 1)
),
bounds AS MATERIALIZED (
    SELECT
        strftime('%s', substr(from_text, 1, 23)) * 1000000 + substr(from_text, 21, 3) * 1000
            - early_days * 86400000000 AS published_from,
        strftime('%s', substr(to_text, 1, 23)) * 1000000 + substr(to_text, 21, 3) * 1000 AS published_to,
        strftime('%s', from_text) * 1000000 + substr(from_text, 21, 3) * 1000 AS corrected_from,
        (strftime('%s', to_text) + 1) * 1000000 AS corrected_before
    FROM given
),
half AS MATERIALIZED (
    SELECT streamed_movie.id AS movie_id, min(movie.duration_mins) * 30000000 AS microseconds
    FROM streamed_movie
    JOIN movie ON movie.title_key = streamed_movie.title_key
    GROUP BY streamed_movie.id
),
watched AS (
    SELECT
        f.user_id,
        f.movie_id,
        f.id,
        f.start_at,
        f.end_at,
        half.microseconds AS half,
        min(f.end_at, b.corrected_before) - max(f.start_at, b.corrected_from) AS inside,
        f.end_at - f.start_at >= half.microseconds
            AND (
                f.start_at BETWEEN b.published_from AND b.published_to
                OR f.end_at BETWEEN b.published_from AND b.published_to
            ) AS published,
        min(f.end_at, b.corrected_before) - max(f.start_at, b.corrected_from) >= half.microseconds
            AND f.start_at < b.corrected_before
            AND f.end_at >= b.corrected_from AS corrected
    FROM bounds AS b
    CROSS JOIN stream_fact AS f
    JOIN half ON half.movie_id = f.movie_id
    WHERE f.start_at <= max(b.published_to, b.corrected_before)
        AND f.start_at >= min(b.published_from, b.corrected_from) - (SELECT max(longest) FROM stream_by_day)
        AND f.end_at >= min(b.published_from, b.corrected_from)
),
-- The session that is shown: the first of those that count in most readings. SQLite takes the columns
-- that are not summed from the row with the least value; a reading less weighs more than any time.
counted AS MATERIALIZED (
    SELECT
        user_id,
        movie_id,
        id,
        start_at,
        end_at,
        half,
        inside,
        published AND corrected AS in_both,
        sum(published) AS published_sessions,
        sum(corrected) AS corrected_sessions,
        min(start_at - (published + corrected) * 1000000000000000000)
    FROM watched
    WHERE published OR corrected
    GROUP BY user_id
)
SELECT
    (SELECT email FROM streaming_user WHERE id = c.user_id) AS user_email,
    (SELECT title FROM streamed_movie WHERE id = c.movie_id) AS movie,
    strftime('%Y-%m-%dT%H:%M:%S', (c.start_at - (c.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (c.start_at % 1000000 + 1000000) % 1000000) AS start_at,
    strftime('%Y-%m-%dT%H:%M:%S', (c.end_at - (c.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (c.end_at % 1000000 + 1000000) % 1000000) AS end_at,
    c.half / 60000000.0 AS half_mins,
    round((c.end_at - c.start_at) / 60000000.0, 3) AS session_mins,
    round(max(c.inside, 0) / 60000000.0, 3) AS inside_mins,
    c.published_sessions,
    c.corrected_sessions,
    c.published_sessions > 0 AS published,
    c.corrected_sessions > 0 AS corrected,
    CASE
        WHEN c.in_both THEN 'half of it, in both windows'
        WHEN c.published_sessions > 0 AND c.corrected_sessions > 0 THEN 'for different sessions'
        WHEN c.end_at < b.corrected_from THEN 'over before the week'
        WHEN c.start_at >= b.corrected_before THEN 'starts after the week'
        WHEN c.published_sessions > 0 THEN 'half of the movie, but not within the week'
        WHEN c.start_at < b.published_from AND c.end_at > b.published_to THEN 'spans the whole published window'
        WHEN c.end_at < b.published_from THEN 'ends before the published window'
        ELSE 'starts after the published window'
    END AS why,
    substr(lower(hex(c.id)), 1, 12) AS stream
FROM bounds AS b
CROSS JOIN counted AS c
ORDER BY published + corrected, user_email;
