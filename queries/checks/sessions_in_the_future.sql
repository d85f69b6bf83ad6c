-- title: Sessions that end in the future
-- severity: error
-- why: Averages and windows of time count sessions that cannot have taken place. A clock is wrong, or
--      the times lack their offset, or a year is mistyped.
-- param now time 'now' The time to take for the present

-- The furthest first.

WITH
present AS MATERIALIZED (
    SELECT strftime('%s', coalesce(:now, 'now')) * 1000000 AS microseconds
)
SELECT
    lower(hex(f.id)) AS id,
    (SELECT title FROM streamed_movie WHERE id = f.movie_id) AS movie_title,
    (SELECT email FROM streaming_user WHERE id = f.user_id) AS user_email,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.start_at / 1000000, 'unixepoch') AS start_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.end_at / 1000000, 'unixepoch') AS end_at
FROM stream_fact AS f
WHERE f.end_at > (SELECT microseconds FROM present)
ORDER BY f.end_at DESC, f.start_at, f.id;
