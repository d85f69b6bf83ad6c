-- rows: A row is a session of the movie, those that count in one reading only first. The answer is the
--       number of different users in the rows that count.
-- key: user_email, movie, start_at, end_at

-- The parts, and the conditions, are those of queries/users_affected_by_outage.sql.

WITH
given (from_text, to_text, movie) AS (
    SELECT
        coalesce(:from, '2021-12-25T07:00:00.000+01:00'),
        coalesce(:to, '2021-12-25T12:00:00.000+01:00'),
        lower(coalesce(:movie, 'Unforgiven'))
),
bounds AS MATERIALIZED (
    SELECT
        strftime('%s', substr(from_text, 1, 23)) * 1000000 + substr(from_text, 21, 3) * 1000 AS published_from,
        strftime('%s', substr(to_text, 1, 23)) * 1000000 + substr(to_text, 21, 3) * 1000 AS published_to,
        strftime('%s', from_text) * 1000000 + substr(from_text, 21, 3) * 1000 AS corrected_from,
        strftime('%s', to_text) * 1000000 + substr(to_text, 21, 3) * 1000 AS corrected_to
    FROM given
),
session AS MATERIALIZED (
    SELECT
        f.user_id,
        f.movie_id,
        f.id,
        f.start_at,
        f.end_at,
        f.start_at BETWEEN b.published_from AND b.published_to
            OR f.end_at BETWEEN b.published_from AND b.published_to AS published,
        f.start_at <= b.corrected_to AND f.end_at >= b.corrected_from AS corrected
    FROM bounds AS b
    CROSS JOIN stream_fact AS f
    WHERE f.start_at <= max(b.published_to, b.corrected_to)
        AND f.start_at >= min(b.published_from, b.corrected_from) - (SELECT max(longest) FROM stream_by_day)
        AND f.end_at >= min(b.published_from, b.corrected_from)
        AND f.movie_id IN (
            SELECT id FROM streamed_movie WHERE title_key = (SELECT movie FROM given)
        )
)
SELECT
    (SELECT email FROM streaming_user WHERE id = s.user_id) AS user_email,
    -- As in the view stream: UTC, to the microsecond.
    strftime('%Y-%m-%dT%H:%M:%S', (s.start_at - (s.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (s.start_at % 1000000 + 1000000) % 1000000) AS start_at,
    strftime('%Y-%m-%dT%H:%M:%S', (s.end_at - (s.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (s.end_at % 1000000 + 1000000) % 1000000) AS end_at,
    (SELECT title FROM streamed_movie WHERE id = s.movie_id) AS movie,
    s.published,
    s.corrected,
    CASE
        WHEN s.published AND s.corrected THEN 'in both windows'
        WHEN s.published AND s.start_at > b.corrected_to THEN 'starts after the outage'
        WHEN s.published THEN 'ends before the outage'
        WHEN s.start_at < b.published_from AND s.end_at > b.published_to THEN 'spans the whole published window'
        WHEN s.end_at < b.published_from THEN 'ends before the published window'
        ELSE 'starts after the published window'
    END AS why,
    substr(lower(hex(s.id)), 1, 12) AS stream
FROM bounds AS b
CROSS JOIN session AS s
WHERE s.published OR s.corrected
ORDER BY s.published + s.corrected, s.start_at, user_email, s.end_at, s.id;
