-- title: Movies based on books by Singaporean authors, streamed in December 2021
-- unit: movies
-- note: The published answer takes the times for UTC, so its month is an hour late, counts sessions
--       that start or end inside, and counts a movie again for each spelling of its title in the
--       streams. The corrected one keeps the offset +01:00 and counts movies with a session in progress.
-- param from clock '2021-12-01T00:00:00.000+01:00' First second of the month
-- param to clock '2021-12-31T23:59:59.000+01:00' Last second of the month
-- param nationality text 'singaporeans' Nationality of the authors, as the vendor writes it

WITH
-- The parameters. A time is to have exactly the form of its default.
given (from_text, to_text) AS (
    SELECT
        coalesce(:from, '2021-12-01T00:00:00.000+01:00'),
        coalesce(:to, '2021-12-31T23:59:59.000+01:00')
),
-- In microseconds since 1970, as stream_fact has them. The 23 characters without the offset are
-- what the published answer read; its window ends with the start of the last second. Corrected,
-- the last second belongs to the month, which ends where the next second starts.
bounds AS MATERIALIZED (
    SELECT
        strftime('%s', substr(from_text, 1, 23)) * 1000000 + substr(from_text, 21, 3) * 1000 AS published_from,
        strftime('%s', substr(to_text, 1, 23)) * 1000000 + substr(to_text, 21, 3) * 1000 AS published_to,
        strftime('%s', from_text) * 1000000 + substr(from_text, 21, 3) * 1000 AS corrected_from,
        (strftime('%s', to_text) + 1) * 1000000 AS corrected_before
    FROM given
),
-- A review ties a movie to a book, the book has an author, the author a nationality.
based AS MATERIALIZED (
    SELECT title, title_key
    FROM movie
    WHERE title_key IN (
        SELECT movie_title_key FROM review WHERE book_title_key IN (
            SELECT title_key FROM book WHERE author_key IN (
                SELECT name_key FROM author WHERE nationality = coalesce(:nationality, 'singaporeans')
            )
        )
    )
),
-- The titles in the streams that are such a movie's, in any case, and the readings they count in:
-- each is looked for until its first session turns up. No session ends before it starts or is
-- longer than the longest, so only those from `earliest` on can touch either window. The plus sign
-- keeps SQLite from making an index of all streams for that.
candidate AS MATERIALIZED (
    SELECT id, title_key FROM streamed_movie WHERE title_key IN (SELECT title_key FROM based)
),
reach AS MATERIALIZED (
    SELECT min(published_from, corrected_from) - (SELECT max(longest) FROM stream_by_day) AS earliest FROM bounds
),
streamed AS MATERIALIZED (
    SELECT
        candidate.id AS movie_id,
        EXISTS (
            SELECT 1
            FROM bounds AS b
            CROSS JOIN stream_fact AS f
            WHERE f.start_at BETWEEN (SELECT earliest FROM reach) AND b.published_to
                AND +f.movie_id = candidate.id
                AND (
                    f.start_at BETWEEN b.published_from AND b.published_to
                    OR f.end_at BETWEEN b.published_from AND b.published_to
                )
        ) AS is_published,
        EXISTS (
            SELECT 1
            FROM bounds AS b
            CROSS JOIN stream_fact AS f
            WHERE f.start_at BETWEEN (SELECT earliest FROM reach) AND b.corrected_before - 1
                AND +f.movie_id = candidate.id
                AND f.end_at >= b.corrected_from
        ) AS is_corrected
    FROM candidate
)
SELECT
    -- Pairs of a movie and a spelling of its title in the streams.
    (
        SELECT count(*)
        FROM streamed_movie
        JOIN based ON based.title_key = streamed_movie.title_key
        WHERE streamed_movie.id IN (SELECT movie_id FROM streamed WHERE is_published)
    ) AS published,
    -- Movies.
    (
        SELECT count(*)
        FROM based
        WHERE title_key IN (
            SELECT title_key
            FROM streamed_movie
            WHERE id IN (SELECT movie_id FROM streamed WHERE is_corrected)
        )
    ) AS corrected;
