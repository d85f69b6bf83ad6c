SELECT
    round(count(*) FILTER (lower(title) IN (SELECT movie_title_key FROM review)) / count(*), 2) AS published,
    published AS corrected
FROM movie
WHERE title IN (SELECT movie_title FROM stream);
