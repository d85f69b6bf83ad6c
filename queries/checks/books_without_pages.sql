-- title: Books whose number of pages is zero or negative
-- severity: warning
-- why: No answer reads the pages yet; whatever will, would be wrong.

SELECT title, pages, author
FROM book
WHERE pages <= 0
ORDER BY title;
