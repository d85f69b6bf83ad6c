-- title: Streamed titles that no movie has
-- severity: error
-- why: Answers leave these streams out: without the movie, neither its books nor its duration are known.
--      Both sides are our own data, so a movie file is missing or out of date.

-- One row for each title; titles are compared whatever their case. The dictionary of streamed titles
-- tells which are unknown, and only if some are, their streams are counted.

WITH
unknown AS MATERIALIZED (
    SELECT id, title
    FROM streamed_movie
    WHERE title_key NOT IN (SELECT title_key FROM movie)
),
counted AS MATERIALIZED (
    SELECT movie_id, count(*) AS streams, min(start_at) AS first_at, max(start_at) AS last_at
    FROM stream_fact
    WHERE EXISTS (SELECT 1 FROM unknown)
        AND movie_id IN (SELECT id FROM unknown)
    GROUP BY movie_id
)
SELECT
    unknown.title,
    counted.streams,
    strftime('%Y-%m-%dT%H:%M:%SZ', counted.first_at / 1000000, 'unixepoch') AS first_start,
    strftime('%Y-%m-%dT%H:%M:%SZ', counted.last_at / 1000000, 'unixepoch') AS last_start
FROM unknown
JOIN counted ON counted.movie_id = unknown.id
ORDER BY counted.streams DESC, unknown.title;
