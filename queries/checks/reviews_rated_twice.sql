-- title: Reviews that are stored with several ratings
-- severity: warning
-- why: The rating is part of what a review is known by, so a review whose rating was changed is a
--      second review. No answer counts reviews yet; whoever does counts both.

-- One row for each text about a movie, the ratings furthest apart first. `loads` are the loads that
-- last wrote each of them, in the order of `ratings`; `id` is that of the first rating.

SELECT
    min(id) FILTER (WHERE place = 1) AS id,
    min(movie_title) AS movie_title,
    min(book_title) AS book_title,
    group_concat(rating, ' | ') AS ratings,
    group_concat(load_id, ' | ') AS loads,
    substr(text, 1, 60) AS text_begins
FROM (
    SELECT
        id, text, rating, movie_title, movie_title_key, book_title, load_id,
        row_number() OVER (PARTITION BY movie_title_key, text ORDER BY rating, id) AS place
    FROM review
    ORDER BY movie_title_key, text, rating, id
)
GROUP BY movie_title_key, text
HAVING min(rating) <> max(rating)
ORDER BY max(rating) - min(rating) DESC, movie_title_key, text;
