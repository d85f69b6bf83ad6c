-- title: Streamed movies that are based on books
-- unit: share

-- A movie counts when its title is spelt in some stream exactly as in the table movie; it is based
-- on a book when some review is about it, whatever the case in which the review spells the title.

WITH
streamed AS (
    SELECT title_key
    FROM movie
    WHERE title IN (SELECT title FROM streamed_movie)
),
counted AS (
    SELECT
        count(*) AS movies,
        count(CASE WHEN title_key IN (SELECT movie_title_key FROM review) THEN 1 END) AS based
    FROM streamed
),
-- Two decimals, halves away from zero, in whole numbers and so exact. NULL when nothing was streamed.
answer (share) AS (
    SELECT (200 * based + movies) / (2 * movies) / 100.0
    FROM counted
)
SELECT share AS published, share AS corrected
FROM answer;
