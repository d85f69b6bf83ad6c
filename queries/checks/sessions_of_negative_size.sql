-- title: Sessions that streamed less than nothing
-- severity: error
-- why: The median of the sizes counts them. A size of zero is none of these: a session may end before
--      its first byte.

-- The most negative first.

SELECT
    lower(hex(f.id)) AS id,
    (SELECT title FROM streamed_movie WHERE id = f.movie_id) AS movie_title,
    (SELECT email FROM streaming_user WHERE id = f.user_id) AS user_email,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.start_at / 1000000, 'unixepoch') AS start_at,
    f.size_mb
FROM stream_fact AS f
WHERE f.size_mb < 0
ORDER BY f.size_mb, f.start_at, f.id;
