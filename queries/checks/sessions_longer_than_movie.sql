-- title: Sessions many times longer than their movie
-- severity: warning
-- why: Pauses make a session longer than its movie, but hardly tenfold. Each of these counts as half
--      of the movie watched, and lengthens the average.
-- param times_longer number 10 From how many times the movie's duration on

-- The longest, by the movie's own measure, first. Of several movies whose titles differ in case only,
-- the longest decides; those without a duration are left to another rule.

WITH
known AS MATERIALIZED (
    SELECT streamed_movie.id AS movie_id, streamed_movie.title, max(movie.duration_mins) AS minutes
    FROM streamed_movie
    JOIN movie ON movie.title_key = streamed_movie.title_key
    WHERE movie.duration_mins > 0
    GROUP BY streamed_movie.id
)
SELECT
    lower(hex(f.id)) AS id,
    known.title AS movie_title,
    (SELECT email FROM streaming_user WHERE id = f.user_id) AS user_email,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.start_at / 1000000, 'unixepoch') AS start_at,
    round((f.end_at - f.start_at) / 60000000.0, 1) AS session_mins,
    known.minutes AS movie_mins,
    round((f.end_at - f.start_at) / 60000000.0 / known.minutes, 1) AS times
-- CROSS JOIN keeps the order: the streams are read once, and the movie of each is looked up.
FROM stream_fact AS f
CROSS JOIN known ON known.movie_id = f.movie_id
WHERE f.end_at - f.start_at >= coalesce(:times_longer, 10) * known.minutes * 60000000
ORDER BY (f.end_at - f.start_at) * 1.0 / known.minutes DESC, f.start_at, f.id;
