-- title: Reviews of movies that are not known
-- severity: warning
-- why: Answers pass over these reviews. The vendor reviews more movies than the catalogue has, so some
--      are normal; a sudden rise tells that the spelling of titles has changed.

-- Titles are compared whatever their case.

SELECT id, movie_title, book_title, rating
FROM review
WHERE movie_title_key NOT IN (SELECT title_key FROM movie)
ORDER BY movie_title_key, id;
