-- Which loads made rows of queries/evidence/users_watching_half_a_movie.sql what they are: :rows has their
-- keys as a JSON array of arrays, and only loads after :after, up to :until, are meant.

-- A user comes with a session in a window that is long enough, or when a movie gets another duration. The
-- windows are those of the evidence; of all durations that a movie had, the least tells which sessions
-- ever counted.

WITH
given (from_text, to_text, early_days) AS (
    SELECT
        coalesce(:from, '2021-12-25T00:00:00.000+01:00'),
        coalesce(:to, '2021-12-31T23:59:59.000+01:00'),
        coalesce(:early_days, 1)
),
bounds AS MATERIALIZED (
    SELECT
        strftime('%s', substr(from_text, 1, 23)) * 1000000 + substr(from_text, 21, 3) * 1000
            - early_days * 86400000000 AS published_from,
        strftime('%s', substr(to_text, 1, 23)) * 1000000 + substr(to_text, 21, 3) * 1000 AS published_to,
        strftime('%s', from_text) * 1000000 + substr(from_text, 21, 3) * 1000 AS corrected_from,
        (strftime('%s', to_text) + 1) * 1000000 AS corrected_before
    FROM given
),
key AS MATERIALIZED (
    SELECT key AS row, CAST(value ->> 0 AS TEXT) AS email FROM json_each(:rows)
),
-- All users once, since no index has their addresses.
asked AS MATERIALIZED (
    SELECT u.id AS user_id, key.row
    FROM streaming_user AS u
    CROSS JOIN key ON key.email = u.email
),
version AS (
    SELECT title, title_key, duration_mins, load_id FROM movie
    UNION ALL
    SELECT title, title_key, duration_mins, load_id FROM movie_history WHERE load_id < replaced_by
),
-- The loads from which on a movie had another duration than before, or was there at all.
timed AS MATERIALIZED (
    SELECT
        title_key,
        load_id,
        min(duration_mins) OVER (PARTITION BY title_key) * 30000000 AS half,
        duration_mins IS NOT lag(duration_mins) OVER (PARTITION BY title ORDER BY load_id) AS other
    FROM version
),
half AS MATERIALIZED (
    SELECT m.id AS movie_id, m.title_key, min(t.half) AS half
    FROM streamed_movie AS m
    JOIN timed AS t ON t.title_key = m.title_key
    GROUP BY m.id
),
session AS MATERIALIZED (
    SELECT asked.row, half.title_key, f.start_at, f.user_id, f.movie_id, f.end_at, f.load_id
    FROM bounds AS b
    CROSS JOIN stream_fact AS f
    JOIN asked ON asked.user_id = f.user_id
    JOIN half ON half.movie_id = f.movie_id
    WHERE f.start_at <= max(b.published_to, b.corrected_before)
        AND f.start_at >= min(b.published_from, b.corrected_from) - (SELECT max(longest) FROM stream_by_day)
        AND f.end_at >= min(b.published_from, b.corrected_from)
        AND (
            f.end_at - f.start_at >= half.half
                AND (
                    f.start_at BETWEEN b.published_from AND b.published_to
                    OR f.end_at BETWEEN b.published_from AND b.published_to
                )
            OR min(f.end_at, b.corrected_before) - max(f.start_at, b.corrected_from) >= half.half
                AND f.start_at < b.corrected_before
                AND f.end_at >= b.corrected_from
        )
),
behind AS (
    SELECT
        s.row,
        min(s.load_id, coalesce((
            SELECT min(h.load_id)
            FROM stream_fact_history AS h
            WHERE h.start_at = s.start_at AND h.user_id = s.user_id AND h.movie_id = s.movie_id
                AND h.end_at = s.end_at AND h.load_id < h.replaced_by
        ), s.load_id)) AS load_id
    FROM session AS s
    UNION
    SELECT s.row, t.load_id
    FROM (SELECT DISTINCT row, title_key FROM session) AS s
    JOIN timed AS t ON t.title_key = s.title_key AND t.other
)
SELECT row, load_id
FROM behind
WHERE load_id > :after AND load_id <= :until;
