-- title: Books whose author is not known
-- severity: warning
-- why: Questions about the author, such as the nationality, pass over these books. The vendor's files
--      of books and authors often do not match.

-- Names are compared whatever their case.

SELECT title, author, publisher
FROM book
WHERE author_key NOT IN (SELECT name_key FROM author)
ORDER BY title;
