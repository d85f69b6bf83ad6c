-- Which loads made rows of queries/evidence/users_affected_by_outage.sql what they are: :rows has their keys
-- as a JSON array of arrays, and only loads after :after, up to :until, are meant.

-- All that decides over a session is in its key, so the load that had it first is the one.

WITH
key AS MATERIALIZED (
    SELECT
        key AS row,
        CAST(value ->> 0 AS TEXT) AS email,
        value ->> 1 AS title,
        strftime('%s', substr(value ->> 2, 1, 19)) * 1000000 + substr(value ->> 2, 21, 6) AS start_at,
        strftime('%s', substr(value ->> 3, 1, 19)) * 1000000 + substr(value ->> 3, 21, 6) AS end_at
    FROM json_each(:rows)
),
-- All users once, since no index has their addresses.
asked AS MATERIALIZED (
    SELECT key.row, u.id AS user_id, m.id AS movie_id, key.start_at, key.end_at
    FROM streaming_user AS u
    CROSS JOIN key ON key.email = u.email
    CROSS JOIN streamed_movie AS m ON m.title = key.title
),
version AS (
    SELECT a.row, f.load_id
    FROM asked AS a
    CROSS JOIN stream_fact AS f
    WHERE f.start_at = a.start_at AND f.user_id = a.user_id AND f.movie_id = a.movie_id AND f.end_at = a.end_at
    UNION ALL
    SELECT a.row, h.load_id
    FROM asked AS a
    CROSS JOIN stream_fact_history AS h
    WHERE h.start_at = a.start_at AND h.user_id = a.user_id AND h.movie_id = a.movie_id AND h.end_at = a.end_at
        AND h.load_id < h.replaced_by
)
SELECT row, min(load_id) AS load_id
FROM version
GROUP BY row
HAVING min(load_id) > :after AND min(load_id) <= :until;
