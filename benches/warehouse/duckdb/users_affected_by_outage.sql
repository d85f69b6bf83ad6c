WITH spelling AS MATERIALIZED (
    SELECT movie_title
    FROM (SELECT DISTINCT movie_title FROM stream)
    WHERE lower(movie_title) = 'unforgiven'
)
SELECT
    count(DISTINCT user_email) FILTER (
        start_at BETWEEN TIMESTAMP '2021-12-25 07:00:00' AND TIMESTAMP '2021-12-25 12:00:00'
        OR end_at BETWEEN TIMESTAMP '2021-12-25 07:00:00' AND TIMESTAMP '2021-12-25 12:00:00'
    ) AS published,
    count(DISTINCT user_email) FILTER (
        start_at <= TIMESTAMP '2021-12-25 11:00:00' AND end_at >= TIMESTAMP '2021-12-25 06:00:00'
    ) AS corrected
FROM stream
WHERE start_at <= TIMESTAMP '2021-12-25 12:00:00'
    AND end_at >= TIMESTAMP '2021-12-25 06:00:00'
    AND movie_title IN (FROM spelling);
