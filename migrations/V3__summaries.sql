-- Summaries of the streams, which each load keeps true, so that questions about all of them need
-- not read all of them. The view …_counted beside each says what it holds, from the facts
-- themselves: `scli check --deep` compares the two.
PRAGMA user_version = 3;

-- How many bytes the source had, as it came; NULL where that was not known.
ALTER TABLE load ADD COLUMN bytes INTEGER;

CREATE TABLE stream_by_day (
    day          INTEGER NOT NULL PRIMARY KEY,  -- of start_at: days since 1970-01-01, UTC
    streams      INTEGER NOT NULL,
    seconds      INTEGER NOT NULL,  -- their durations, the whole seconds of each, summed
    microseconds INTEGER NOT NULL,  -- what is left of each beyond whole seconds, summed
    longest      INTEGER NOT NULL   -- the longest duration, in microseconds
) STRICT;

CREATE VIEW stream_by_day_counted (day, streams, seconds, microseconds, longest) AS
SELECT
    -- Days round down also before 1970, where a remainder is negative.
    (start_at - (start_at % 86400000000 + 86400000000) % 86400000000) / 86400000000,
    count(*),
    sum((end_at - start_at) / 1000000),
    sum((end_at - start_at) % 1000000),
    max(end_at - start_at)
FROM stream_fact
GROUP BY 1;

CREATE TABLE stream_by_size (
    class   INTEGER NOT NULL PRIMARY KEY,  -- size_mb without its fraction
    streams INTEGER NOT NULL
) STRICT;

CREATE VIEW stream_by_size_counted (class, streams) AS
SELECT CAST(size_mb AS INTEGER), count(*)
FROM stream_fact
GROUP BY 1;

INSERT INTO stream_by_day SELECT * FROM stream_by_day_counted;
INSERT INTO stream_by_size SELECT * FROM stream_by_size_counted;
