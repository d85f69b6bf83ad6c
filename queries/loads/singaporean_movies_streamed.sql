-- Which loads made rows of queries/evidence/singaporean_movies_streamed.sql what they are: :rows has their
-- keys as a JSON array of arrays, and only loads after :after, up to :until, are meant.

-- A row comes and goes with what ties the movie to such an author: the movie, its reviews, their books, the
-- authors of those and their nationalities. It counts from the first session in a window on. Of each record
-- only the versions in which that changed are meant, and only ties that ever led to such an author.

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
asked AS MATERIALIZED (
    SELECT r.key AS row, movie.title, movie.title_key, r.value ->> 1 AS streamed_as
    FROM json_each(:rows) AS r
    JOIN movie ON movie.title = r.value ->> 0
),
author_version AS MATERIALIZED (
    SELECT name_key, nationality, load_id, nationality IS NOT lag(nationality) OVER (PARTITION BY name ORDER BY load_id) AS other
    FROM (
        SELECT name, name_key, nationality, load_id FROM author
        UNION ALL
        SELECT name, name_key, nationality, load_id FROM author_history WHERE load_id < replaced_by
    )
),
book_version AS MATERIALIZED (
    SELECT title_key, author_key, load_id, author_key IS NOT lag(author_key) OVER (PARTITION BY title ORDER BY load_id) AS other
    FROM (
        SELECT title, title_key, author_key, load_id FROM book
        UNION ALL
        SELECT title, title_key, author_key, load_id FROM book_history WHERE load_id < replaced_by
    )
),
review_version AS MATERIALIZED (
    SELECT id, movie_title_key, book_title_key, load_id, book_title_key IS NOT lag(book_title_key) OVER (PARTITION BY id ORDER BY load_id) AS other
    FROM (
        SELECT id, movie_title_key, book_title_key, load_id FROM review
        UNION ALL
        SELECT id, movie_title_key, book_title_key, load_id FROM review_history WHERE load_id < replaced_by
    )
),
led AS MATERIALIZED (
    SELECT DISTINCT asked.row, r.id AS review, b.title_key AS book, b.author_key AS author
    FROM asked
    JOIN review_version AS r ON r.movie_title_key = asked.title_key
    JOIN book_version AS b ON b.title_key = r.book_title_key
    JOIN author_version AS a ON a.name_key = b.author_key
    WHERE a.nationality = coalesce(:nationality, 'singaporeans')
),
counted AS MATERIALIZED (
    SELECT
        m.title,
        f.start_at,
        f.user_id,
        f.movie_id,
        f.end_at,
        f.load_id,
        f.start_at BETWEEN b.published_from AND b.published_to
            OR f.end_at BETWEEN b.published_from AND b.published_to AS published,
        f.start_at < b.corrected_before AND f.end_at >= b.corrected_from AS corrected
    FROM bounds AS b
    CROSS JOIN stream_fact AS f
    JOIN streamed_movie AS m ON m.id = f.movie_id
    WHERE f.start_at <= max(b.published_to, b.corrected_before)
        AND f.start_at >= min(b.published_from, b.corrected_from) - (SELECT max(longest) FROM stream_by_day)
        AND +f.movie_id IN (SELECT id FROM streamed_movie WHERE title IN (SELECT streamed_as FROM asked))
),
first_session AS (
    SELECT
        c.title,
        c.published,
        c.corrected,
        min(c.load_id, coalesce((
            SELECT min(h.load_id)
            FROM stream_fact_history AS h
            WHERE h.start_at = c.start_at AND h.user_id = c.user_id AND h.movie_id = c.movie_id
                AND h.end_at = c.end_at AND h.load_id < h.replaced_by
        ), c.load_id)) AS load_id
    FROM counted AS c
    WHERE c.published OR c.corrected
),
behind AS (
    SELECT asked.row, min(m.load_id) AS load_id
    FROM asked
    JOIN (
        SELECT title, load_id FROM movie
        UNION ALL
        SELECT title, load_id FROM movie_history WHERE load_id < replaced_by
    ) AS m ON m.title = asked.title
    GROUP BY asked.row
    UNION
    SELECT led.row, v.load_id FROM led JOIN review_version AS v ON v.id = led.review AND v.other
    UNION
    SELECT led.row, v.load_id FROM led JOIN book_version AS v ON v.title_key = led.book AND v.other
    UNION
    SELECT led.row, v.load_id FROM led JOIN author_version AS v ON v.name_key = led.author AND v.other
    UNION
    SELECT asked.row, s.load_id
    FROM asked
    JOIN streamed_movie AS s ON s.title = asked.streamed_as
        OR asked.streamed_as IS NULL AND s.title_key = asked.title_key
    UNION
    SELECT asked.row, min(s.load_id)
    FROM asked
    JOIN first_session AS s ON s.title = asked.streamed_as AND s.published
    GROUP BY asked.row
    UNION
    SELECT asked.row, min(s.load_id)
    FROM asked
    JOIN first_session AS s ON s.title = asked.streamed_as AND s.corrected
    GROUP BY asked.row
)
SELECT row, load_id
FROM behind
WHERE load_id > :after AND load_id <= :until;
