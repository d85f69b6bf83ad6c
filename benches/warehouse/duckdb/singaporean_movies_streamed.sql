WITH based AS MATERIALIZED (
    SELECT title, title_key
    FROM movie
    WHERE title_key IN (
        SELECT movie_title_key FROM review WHERE book_title_key IN (
            SELECT title_key FROM book WHERE author_key IN (
                SELECT name_key FROM author WHERE nationality = 'singaporeans'
            )
        )
    )
),
streamed AS MATERIALIZED (
    SELECT
        movie_title,
        bool_or(
            start_at BETWEEN TIMESTAMP '2021-12-01 00:00:00' AND TIMESTAMP '2021-12-31 23:59:59'
            OR end_at BETWEEN TIMESTAMP '2021-12-01 00:00:00' AND TIMESTAMP '2021-12-31 23:59:59'
        ) AS is_published,
        bool_or(
            start_at < TIMESTAMP '2021-12-31 23:00:00' AND end_at >= TIMESTAMP '2021-11-30 23:00:00'
        ) AS is_corrected
    FROM stream
    GROUP BY movie_title
)
SELECT
    (
        SELECT count(*)
        FROM streamed JOIN based ON based.title_key = lower(streamed.movie_title)
        WHERE is_published
    ) AS published,
    (
        SELECT count(*)
        FROM based
        WHERE title_key IN (SELECT lower(movie_title) FROM streamed WHERE is_corrected)
    ) AS corrected;
