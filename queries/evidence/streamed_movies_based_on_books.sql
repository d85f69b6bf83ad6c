-- rows: A row is a streamed movie, those based on no book first. The answer is the share of the rows
--       that count.
-- key: movie

-- The parts are those of queries/streamed_movies_based_on_books.sql. A review that is about the movie
-- makes it count; one of its books is shown, with its author where the warehouse knows the book.

WITH
streamed AS (
    SELECT title, title_key
    FROM movie
    WHERE title IN (SELECT title FROM streamed_movie)
),
reviewed AS MATERIALIZED (
    SELECT movie_title_key, count(*) AS reviews, min(book_title) AS book_title, book_title_key
    FROM review
    GROUP BY movie_title_key
)
SELECT
    streamed.title AS movie,
    coalesce(reviewed.reviews, 0) AS reviews,
    reviewed.book_title AS book,
    (SELECT min(author) FROM book WHERE title_key = reviewed.book_title_key) AS author,
    reviewed.reviews IS NOT NULL AS published,
    reviewed.reviews IS NOT NULL AS corrected,
    CASE WHEN reviewed.reviews IS NULL THEN 'no review is about it' ELSE 'a review names the book' END AS why
FROM streamed
LEFT JOIN reviewed ON reviewed.movie_title_key = streamed.title_key
ORDER BY published, streamed.title;
