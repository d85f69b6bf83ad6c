-- rows: A row is a day of starts in UTC, the last first, and the sums from the first day up to it. The
--       answer is the average of the first row in whole seconds, a half rounded up.
-- key: day
-- counts: streams, seconds, microseconds

-- From stream_by_day, as queries/average_stream_duration.sql: whole seconds and the microseconds beyond
-- them are summed apart. What is left of an average is added to its whole seconds at last, so that it is
-- close however large the sums.

WITH
summed AS (
    SELECT
        day,
        streams,
        seconds,
        microseconds,
        longest,
        sum(streams) OVER days AS streams_so_far,
        sum(seconds) OVER days AS seconds_so_far,
        sum(microseconds) OVER days AS microseconds_so_far
    FROM stream_by_day
    WINDOW days AS (ORDER BY day)
)
SELECT
    date(day * 86400, 'unixepoch') AS day,
    seconds_so_far / streams_so_far
        + (seconds_so_far % streams_so_far + microseconds_so_far / 1000000.0) / streams_so_far AS average_so_far,
    streams_so_far,
    seconds_so_far,
    microseconds_so_far,
    streams,
    seconds,
    microseconds,
    round(longest / 1000000.0, 3) AS longest_seconds,
    1 AS published,
    1 AS corrected
FROM summed
ORDER BY summed.day DESC;
