-- title: Movies whose duration or size is zero or negative
-- severity: error
-- why: Any session lasts at least half of a movie that has no duration, so such a movie inflates the
--      number of users who watched half of one.

SELECT title, duration_mins, size_mb
FROM movie
WHERE duration_mins <= 0
    OR size_mb <= 0
ORDER BY title;
