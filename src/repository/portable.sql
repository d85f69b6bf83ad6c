-- Views of the schema once more, for programs that read a view's SQL themselves. DuckDB takes it for its own
-- where that is possible, and then / gives fractions and CAST rounds; where it is not, it asks SQLite, and
-- knows no list of columns before AS. These give the same rows either way.

DROP VIEW stream;
CREATE VIEW stream AS
SELECT
    lower(hex(f.id)) AS id,
    m.title AS movie_title,
    u.email AS user_email,
    f.size_mb AS size_mb,
    strftime('%Y-%m-%dT%H:%M:%S', (f.start_at - (f.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.start_at % 1000000 + 1000000) % 1000000) AS start_at,
    strftime('%Y-%m-%dT%H:%M:%S', (f.end_at - (f.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.end_at % 1000000 + 1000000) % 1000000) AS end_at
FROM stream_fact AS f
JOIN streamed_movie AS m ON m.id = f.movie_id
JOIN streaming_user AS u ON u.id = f.user_id;

DROP VIEW stream_history;
CREATE VIEW stream_history AS
SELECT
    lower(hex(f.id)) AS id,
    coalesce(
        (SELECT title FROM streamed_movie WHERE id = f.movie_id),
        (SELECT max(title) FROM streamed_movie_history WHERE id = f.movie_id)
    ) AS movie_title,
    coalesce(
        (SELECT email FROM streaming_user WHERE id = f.user_id),
        (SELECT max(email) FROM streaming_user_history WHERE id = f.user_id)
    ) AS user_email,
    f.size_mb AS size_mb,
    strftime('%Y-%m-%dT%H:%M:%S', (f.start_at - (f.start_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.start_at % 1000000 + 1000000) % 1000000) AS start_at,
    strftime('%Y-%m-%dT%H:%M:%S', (f.end_at - (f.end_at % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
        || printf('.%06dZ', (f.end_at % 1000000 + 1000000) % 1000000) AS end_at,
    f.load_id AS load_id,
    f.replaced_by AS replaced_by
FROM stream_fact_history AS f;

DROP VIEW stream_by_day_counted;
CREATE VIEW stream_by_day_counted AS
SELECT
    CAST((start_at - (start_at % 86400000000 + 86400000000) % 86400000000) / 86400000000 AS BIGINT) AS day,
    count(*) AS streams,
    sum(CAST((end_at - start_at - (end_at - start_at) % 1000000) / 1000000 AS BIGINT)) AS seconds,
    sum((end_at - start_at) % 1000000) AS microseconds,
    max(end_at - start_at) AS longest
FROM stream_fact
GROUP BY 1;

DROP VIEW stream_by_size_counted;
CREATE VIEW stream_by_size_counted AS
SELECT
    -- Towards zero, whether the cast goes there or to the nearest.
    CAST(size_mb AS BIGINT) - CASE
        WHEN size_mb > 0 AND CAST(size_mb AS BIGINT) > size_mb THEN 1
        WHEN size_mb < 0 AND CAST(size_mb AS BIGINT) < size_mb THEN -1
        ELSE 0
    END AS class,
    count(*) AS streams
FROM stream_fact
GROUP BY 1;
