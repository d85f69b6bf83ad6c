-- rows: A row is a stream, those around the middle when all are sorted by size. The answer is the size of
--       the one that counts, or half way between the two that do, in GB with two decimals.
-- key: stream
-- counts: size_mb

-- The parts are those of queries/median_stream_size.sql, with five places more on either side. The GB
-- have no rounding yet, so that a half that the answer rounds up is seen.

WITH
classes AS MATERIALIZED (
    SELECT class, streams, sum(streams) OVER (ORDER BY class) AS streams_up_to
    FROM stream_by_size
),
middle_places AS MATERIALIZED (
    SELECT sum(streams) AS streams, (sum(streams) + 1) / 2 AS first_place, (sum(streams) + 2) / 2 AS last_place
    FROM stream_by_size
),
wanted AS MATERIALIZED (
    SELECT
        p.streams,
        p.first_place,
        p.last_place,
        min(c.class) AS low_class,
        max(c.class) AS high_class,
        min(c.streams_up_to - c.streams) AS skipped
    FROM middle_places AS p
    JOIN classes AS c ON c.streams_up_to >= p.first_place - 5 AND c.streams_up_to - c.streams < p.last_place + 5
),
ranked AS (
    SELECT
        f.*,
        wanted.skipped
            + row_number() OVER (ORDER BY f.size_mb, f.start_at, f.user_id, f.movie_id, f.end_at) AS place
    FROM wanted
    CROSS JOIN stream_fact AS f
    WHERE CAST(f.size_mb AS INTEGER) BETWEEN wanted.low_class AND wanted.high_class
)
SELECT
    r.place,
    w.streams AS of_streams,
    r.size_mb,
    CAST(printf('%.15g', r.size_mb / 1000) AS REAL) AS size_gb,
    (SELECT title FROM streamed_movie WHERE id = r.movie_id) AS movie,
    (SELECT email FROM streaming_user WHERE id = r.user_id) AS user_email,
    r.place IN (w.first_place, w.last_place) AS published,
    r.place IN (w.first_place, w.last_place) AS corrected,
    CASE
        WHEN r.place < w.first_place THEN 'below the middle'
        WHEN r.place > w.last_place THEN 'above the middle'
        WHEN w.first_place = w.last_place THEN 'the middle'
        ELSE 'one of the two in the middle'
    END AS why,
    substr(lower(hex(r.id)), 1, 12) AS stream
FROM wanted AS w
JOIN ranked AS r ON r.place BETWEEN w.first_place - 5 AND w.last_place + 5
ORDER BY r.place;
