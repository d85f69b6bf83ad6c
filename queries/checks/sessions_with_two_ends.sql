-- title: Sessions that are stored with several ends
-- severity: warning
-- why: The end is part of what a stream is known by, so a session whose end was corrected is a second
--      session. Answers count both: the average, the median, and who watched half of a movie.

-- One row for each session, the ends furthest apart first. `loads` are the loads that last wrote each
-- of them, in the order of `ends`; `id` is that of the first end. The streams are stored in the order
-- that the groups are made in, so nothing is sorted.

SELECT
    (
        SELECT lower(hex(f.id)) FROM stream_fact AS f
        WHERE f.start_at = g.start_at AND f.user_id = g.user_id AND f.movie_id = g.movie_id
            AND f.end_at = g.first_end
    ) AS id,
    (SELECT title FROM streamed_movie WHERE id = g.movie_id) AS movie_title,
    (SELECT email FROM streaming_user WHERE id = g.user_id) AS user_email,
    strftime('%Y-%m-%dT%H:%M:%SZ', g.start_at / 1000000, 'unixepoch') AS start_at,
    (
        SELECT group_concat(strftime('%Y-%m-%dT%H:%M:%SZ', e.end_at / 1000000, 'unixepoch'), ' | ')
        FROM (
            SELECT f.end_at FROM stream_fact AS f
            WHERE f.start_at = g.start_at AND f.user_id = g.user_id AND f.movie_id = g.movie_id
            ORDER BY f.end_at
        ) AS e
    ) AS ends,
    (
        SELECT group_concat(e.load_id, ' | ')
        FROM (
            SELECT f.load_id FROM stream_fact AS f
            WHERE f.start_at = g.start_at AND f.user_id = g.user_id AND f.movie_id = g.movie_id
            ORDER BY f.end_at
        ) AS e
    ) AS loads,
    round((g.last_end - g.first_end) / 60000000.0, 1) AS minutes_apart
FROM (
    SELECT start_at, user_id, movie_id, min(end_at) AS first_end, max(end_at) AS last_end
    FROM stream_fact
    GROUP BY start_at, user_id, movie_id
    HAVING count(*) > 1
) AS g
ORDER BY g.last_end - g.first_end DESC, g.start_at, g.user_id, g.movie_id;
