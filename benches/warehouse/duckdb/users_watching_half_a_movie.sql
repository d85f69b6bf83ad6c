WITH half AS MATERIALIZED (
    SELECT s.movie_title, min(m.duration_mins) * 30000000 AS microseconds
    FROM (SELECT DISTINCT movie_title FROM stream) AS s
    JOIN movie AS m ON m.title_key = lower(s.movie_title)
    GROUP BY s.movie_title
)
SELECT
    count(DISTINCT user_email) FILTER (
        epoch_us(end_at) - epoch_us(start_at) >= half.microseconds
        AND (
            start_at BETWEEN TIMESTAMP '2021-12-24 00:00:00' AND TIMESTAMP '2021-12-31 23:59:59'
            OR end_at BETWEEN TIMESTAMP '2021-12-24 00:00:00' AND TIMESTAMP '2021-12-31 23:59:59'
        )
    ) AS published,
    count(DISTINCT user_email) FILTER (
        epoch_us(least(end_at, TIMESTAMP '2021-12-31 23:00:00'))
            - epoch_us(greatest(start_at, TIMESTAMP '2021-12-24 23:00:00')) >= half.microseconds
        AND start_at < TIMESTAMP '2021-12-31 23:00:00'
        AND end_at >= TIMESTAMP '2021-12-24 23:00:00'
    ) AS corrected
FROM stream
JOIN half USING (movie_title)
WHERE start_at <= TIMESTAMP '2021-12-31 23:59:59' AND end_at >= TIMESTAMP '2021-12-24 00:00:00';
