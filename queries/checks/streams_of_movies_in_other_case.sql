-- title: Streamed titles that a movie has in another case only
-- severity: error
-- why: The share of streamed movies that are based on books matches titles to the letter, so it takes
--      such a movie for one that nobody streamed; the other answers match it.

-- One row for each title, with the movie's own spelling.

SELECT streamed_movie.title, min(movie.title) AS movie_title
FROM streamed_movie
JOIN movie ON movie.title_key = streamed_movie.title_key
WHERE streamed_movie.title NOT IN (SELECT title FROM movie)
GROUP BY streamed_movie.id
ORDER BY streamed_movie.title;
