-- title: Sessions that streamed their movie's size many times over
-- severity: warning
-- why: Going back sends parts again, but hardly the whole movie thrice. The sizes may be in another
--      unit, which moves the median.
-- param times_larger number 3 From how many times the movie's size on

-- The largest, by the movie's own measure, first. Of several movies whose titles differ in case only,
-- the largest decides; those without a size are left to another rule.

WITH
known AS MATERIALIZED (
    SELECT streamed_movie.id AS movie_id, streamed_movie.title, max(movie.size_mb) AS size_mb
    FROM streamed_movie
    JOIN movie ON movie.title_key = streamed_movie.title_key
    WHERE movie.size_mb > 0
    GROUP BY streamed_movie.id
)
SELECT
    lower(hex(f.id)) AS id,
    known.title AS movie_title,
    (SELECT email FROM streaming_user WHERE id = f.user_id) AS user_email,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.start_at / 1000000, 'unixepoch') AS start_at,
    round(f.size_mb, 1) AS session_mb,
    known.size_mb AS movie_mb,
    round(f.size_mb / known.size_mb, 1) AS times
-- CROSS JOIN keeps the order: the streams are read once, and the movie of each is looked up.
FROM stream_fact AS f
CROSS JOIN known ON known.movie_id = f.movie_id
WHERE f.size_mb >= coalesce(:times_larger, 3) * known.size_mb
ORDER BY f.size_mb / known.size_mb DESC, f.start_at, f.id;
