-- A few records, each there for one difference between the readings. Times in the comments are UTC.
INSERT INTO load (id, model, source, collector, started_at, version)
VALUES (1, 'stream', '-', 'csv', '2022-01-01T00:00:00Z', '0.1.0');

INSERT INTO movie VALUES
    ('Unforgiven', 'unforgiven', 100, 'English', 900, 1, NULL),
    ('Amélie', 'amélie', 120, 'French', 800, 1, NULL),
    ('AMÉLIE', 'amélie', 60, 'French', 800, 1, NULL),  -- another spelling is another movie, and a shorter one
    ('Rush', 'rush', 90, 'English', 700, 1, NULL);     -- never streamed
INSERT INTO user VALUES
    ('ann@x.org', 'Ann', 'A', 1, NULL), ('bob@x.org', 'Bob', 'B', 1, NULL), ('cy@x.org', 'Cy', 'C', 1, NULL);
INSERT INTO author VALUES
    ('Ng', 'ng', NULL, NULL, 'singaporeans', 1, NULL), ('Roe', 'roe', NULL, NULL, NULL, 1, NULL);
INSERT INTO book VALUES
    ('Café', 'café', 1, 'NG', 'ng', 'P', 1, NULL), ('West', 'west', 1, 'Roe', 'roe', 'P', 1, NULL);
INSERT INTO review VALUES
    ('01', 'Fine', 5, 'amélie', 'amélie', 'CAFÉ', 'café', 1, NULL);

INSERT INTO streamed_movie VALUES
    (1, 'Unforgiven', 'unforgiven', 1), (2, 'UNFORGIVEN', 'unforgiven', 1), (3, 'Amélie', 'amélie', 1);
INSERT INTO streaming_user VALUES (1, 'ann@x.org', 1), (2, 'bob@x.org', 1), (3, 'cy@x.org', 1);

WITH session (user_id, movie_id, start_at, end_at, size_mb) AS (
    VALUES
        -- Spans the outage in either reading: corrected only.
        (1, 1, '2021-12-24T20:00:00', '2021-12-25T13:00:00', 935.0),
        -- After 12:00 +01:00, but before 12:00 UTC: published only.
        (2, 2, '2021-12-25T11:30:00', '2021-12-25T11:45:00', 935.0),
        -- In both; exactly half of the movie.
        (3, 1, '2021-12-25T10:00:00', '2021-12-25T10:50:00', 100.0),
        -- On the 24th: in the published week only, and half of the shorter movie of that title.
        (2, 3, '2021-12-24T10:00:00', '2021-12-24T10:30:00', 2000.0)
)
INSERT INTO stream_fact
SELECT strftime('%s', start_at) * 1000000, user_id, movie_id, strftime('%s', end_at) * 1000000, size_mb, x'00', 1
FROM session;
