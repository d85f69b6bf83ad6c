-- rows: A row is a movie based on such a book, and a spelling of its title in the streams. The published
--       answer is the number of rows that count, the corrected one that of the different movies in them.
-- key: movie, streamed_as

-- The parts, and the conditions, are those of queries/singaporean_movies_streamed.sql. Movies that count
-- in no reading are there too, last. Of several books or reviews one is shown.

WITH
given (from_text, to_text) AS (
    SELECT
        coalesce(:from, '2021-12-01T00:00:00.000+01:00'),
        coalesce(:to, '2021-12-31T23:59:59.000+01:00')
),
bounds AS MATERIALIZED (
    SELECT
        strftime('%s', substr(from_text, 1, 23)) * 1000000 + substr(from_text, 21, 3) * 1000 AS published_from,
        strftime('%s', substr(to_text, 1, 23)) * 1000000 + substr(to_text, 21, 3) * 1000 AS published_to,
        strftime('%s', from_text) * 1000000 + substr(from_text, 21, 3) * 1000 AS corrected_from,
        (strftime('%s', to_text) + 1) * 1000000 AS corrected_before
    FROM given
),
-- The first review of each movie that leads to such an author, with what it leads through.
based AS MATERIALIZED (
    SELECT movie.title, movie.title_key, book.title AS book, author.name AS author, min(review.id) AS review
    FROM author
    JOIN book ON book.author_key = author.name_key
    JOIN review ON review.book_title_key = book.title_key
    JOIN movie ON movie.title_key = review.movie_title_key
    WHERE author.nationality = coalesce(:nationality, 'singaporeans')
    GROUP BY movie.title
),
candidate AS MATERIALIZED (
    SELECT id FROM streamed_movie WHERE title_key IN (SELECT title_key FROM based)
),
-- Every session of theirs that may touch a window, in one pass; the plus sign keeps SQLite from making
-- an index of all streams for that.
session AS (
    SELECT
        f.movie_id,
        f.id,
        f.start_at,
        f.end_at,
        f.start_at BETWEEN b.published_from AND b.published_to
            OR f.end_at BETWEEN b.published_from AND b.published_to AS published,
        f.start_at < b.corrected_before AND f.end_at >= b.corrected_from AS corrected
    FROM bounds AS b
    CROSS JOIN stream_fact AS f
    WHERE f.start_at <= max(b.published_to, b.corrected_before)
        AND f.start_at >= min(b.published_from, b.corrected_from) - (SELECT max(longest) FROM stream_by_day)
        AND +f.movie_id IN (SELECT id FROM candidate)
),
-- The first that counts in either reading, of which SQLite takes the columns that are not summed.
counted AS MATERIALIZED (
    SELECT movie_id, id, min(start_at) AS start_at, end_at, sum(published) AS published, sum(corrected) AS corrected
    FROM session
    WHERE published OR corrected
    GROUP BY movie_id
)
SELECT
    based.title AS movie,
    based.book,
    based.author,
    streamed.title AS streamed_as,
    coalesce(c.published, 0) AS published_sessions,
    coalesce(c.corrected, 0) AS corrected_sessions,
    strftime('%Y-%m-%dT%H:%M:%S', (c.start_at - (c.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (c.start_at % 1000000 + 1000000) % 1000000) AS first_start_at,
    strftime('%Y-%m-%dT%H:%M:%S', (c.end_at - (c.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (c.end_at % 1000000 + 1000000) % 1000000) AS first_end_at,
    coalesce(c.published > 0, 0) AS published,
    coalesce(c.corrected > 0, 0) AS corrected,
    CASE
        WHEN streamed.id IS NULL THEN 'never streamed'
        WHEN c.movie_id IS NULL THEN 'not streamed in the month'
        WHEN c.published > 0 AND c.corrected > 0 THEN 'in both windows'
        WHEN c.published > 0 THEN 'only in the published window'
        ELSE 'no session starts or ends in the published month'
    END AS why,
    substr(based.review, 1, 12) AS review,
    substr(lower(hex(c.id)), 1, 12) AS stream
FROM based
LEFT JOIN streamed_movie AS streamed ON streamed.title_key = based.title_key
LEFT JOIN counted AS c ON c.movie_id = streamed.id
ORDER BY max(coalesce(c.published, 0), coalesce(c.corrected, 0)) = 0, based.title, streamed.title;
