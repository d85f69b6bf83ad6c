-- title: Movies whose titles differ only in case
-- severity: error
-- why: Answers match titles whatever their case, so a stream or a review belongs to each of these
--      movies at once, the movies are counted separately, and of their durations the shortest decides.

-- One row for each group of movies.

SELECT
    min(title) AS title,
    count(*) AS movies,
    group_concat(title, ' | ') AS titles,
    group_concat(duration_mins, ' | ') AS durations
FROM (SELECT title, title_key, duration_mins FROM movie ORDER BY title_key, title)
GROUP BY title_key
HAVING count(*) > 1
ORDER BY title_key;
