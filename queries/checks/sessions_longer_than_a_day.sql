-- title: Sessions that last longer than a day
-- severity: warning
-- why: Nobody watches a movie for a day. The player was left open, or the end is that of another
--      session; each of them lengthens the average.
-- param max_hours number 24 The longest session that is none of these, in hours

-- The longest first.

SELECT
    lower(hex(f.id)) AS id,
    (SELECT title FROM streamed_movie WHERE id = f.movie_id) AS movie_title,
    (SELECT email FROM streaming_user WHERE id = f.user_id) AS user_email,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.start_at / 1000000, 'unixepoch') AS start_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.end_at / 1000000, 'unixepoch') AS end_at,
    round((f.end_at - f.start_at) / 3600000000.0, 1) AS hours
FROM stream_fact AS f
WHERE f.end_at - f.start_at > coalesce(:max_hours, 24) * 3600000000
ORDER BY f.end_at - f.start_at DESC, f.start_at, f.id;
