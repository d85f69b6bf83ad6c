-- title: Reviews of books that are not known
-- severity: warning
-- why: Such a review ties its movie to a book without an author, so questions about the author pass
--      over it. The vendor's files of books and reviews do not match.

-- Titles are compared whatever their case.

SELECT id, book_title, movie_title, rating
FROM review
WHERE book_title_key NOT IN (SELECT title_key FROM book)
ORDER BY book_title_key, id;
