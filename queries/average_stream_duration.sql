-- title: Average duration of a stream
-- unit: seconds

-- stream_by_day has the number and the durations of each day's streams. Whole seconds and the
-- microseconds beyond them are summed apart, so that no sum overflows and the average is exact,
-- however many streams there are.

WITH
summed AS (
    SELECT
        sum(streams) AS streams,
        sum(seconds) AS seconds,
        sum(microseconds) AS microseconds
    FROM stream_by_day
),
carried AS (
    SELECT
        streams,
        seconds + microseconds / 1000000 AS seconds,
        microseconds % 1000000 AS microseconds
    FROM summed
),
-- Half a second or more beyond the whole ones rounds up. NULL when there is no stream.
answer (average) AS (
    SELECT seconds / streams + (2 * (seconds % streams * 1000000 + microseconds) >= streams * 1000000)
    FROM carried
)
SELECT average AS published, average AS corrected
FROM answer;
