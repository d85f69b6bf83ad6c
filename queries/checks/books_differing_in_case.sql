-- title: Books whose titles differ only in case
-- severity: warning
-- why: A review matches each of these books, so a movie is based on all of them, and on the books of
--      each of their authors.

-- One row for each group of books.

SELECT
    min(title) AS title,
    count(*) AS books,
    group_concat(title, ' | ') AS titles,
    group_concat(author, ' | ') AS authors
FROM (SELECT title, title_key, author FROM book ORDER BY title_key, title)
GROUP BY title_key
HAVING count(*) > 1
ORDER BY title_key;
