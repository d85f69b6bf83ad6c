-- Which loads made rows of queries/evidence/average_stream_duration.sql what they are: :rows has their keys
-- as a JSON array of arrays, and only loads after :after, up to :until, are meant.

-- A day's sum changes with a new stream of that day. Its times are its key: no later version has others.

WITH
asked AS MATERIALIZED (
    SELECT
        key AS row,
        strftime('%s', value ->> 0) * 1000000 AS from_time,
        (strftime('%s', value ->> 0) + 86400) * 1000000 AS before_time
    FROM json_each(:rows)
),
written AS (
    SELECT a.row, f.start_at, f.user_id, f.movie_id, f.end_at, f.load_id
    FROM asked AS a
    CROSS JOIN stream_fact AS f
    WHERE f.start_at >= a.from_time AND f.start_at < a.before_time AND f.load_id > :after AND f.load_id <= :until
    UNION ALL
    SELECT a.row, h.start_at, h.user_id, h.movie_id, h.end_at, h.load_id
    FROM asked AS a
    CROSS JOIN stream_fact_history AS h
    WHERE h.start_at >= a.from_time AND h.start_at < a.before_time AND h.load_id > :after AND h.load_id <= :until
        AND h.load_id < h.replaced_by
)
SELECT DISTINCT w.row, w.load_id
FROM written AS w
WHERE NOT EXISTS (
    SELECT 1
    FROM stream_fact_history AS h
    WHERE h.start_at = w.start_at AND h.user_id = w.user_id AND h.movie_id = w.movie_id AND h.end_at = w.end_at
        AND h.load_id < w.load_id AND h.load_id < h.replaced_by
);
