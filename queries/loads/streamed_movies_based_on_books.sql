-- Which loads made rows of queries/evidence/streamed_movies_based_on_books.sql what they are: :rows has their
-- keys as a JSON array of arrays, and only loads after :after, up to :until, are meant.

-- A row comes with the movie, or with the first stream of it, and counts from the first review on.
-- Later versions of the same records change none of that.

WITH
asked AS MATERIALIZED (
    SELECT key AS row, value ->> 0 AS movie FROM json_each(:rows)
),
titled AS MATERIALIZED (
    SELECT asked.row, movie.title, movie.title_key
    FROM asked
    JOIN movie ON movie.title = asked.movie
),
reviewed AS (
    SELECT id, movie_title_key, load_id FROM review
    UNION ALL
    SELECT id, movie_title_key, load_id FROM review_history WHERE load_id < replaced_by
),
first_review AS MATERIALIZED (
    SELECT movie_title_key, min(load_id) AS load_id FROM reviewed GROUP BY movie_title_key
),
first_movie AS (
    SELECT titled.row, min(m.load_id) AS load_id
    FROM titled
    JOIN (
        SELECT title, load_id FROM movie
        UNION ALL
        SELECT title, load_id FROM movie_history WHERE load_id < replaced_by
    ) AS m ON m.title = titled.title
    GROUP BY titled.row
),
behind AS (
    SELECT row, load_id FROM first_movie
    UNION
    SELECT t.row, s.load_id FROM titled AS t JOIN streamed_movie AS s ON s.title = t.title
    UNION
    SELECT t.row, r.load_id FROM titled AS t JOIN first_review AS r ON r.movie_title_key = t.title_key
)
SELECT row, load_id
FROM behind
WHERE load_id > :after AND load_id <= :until;
