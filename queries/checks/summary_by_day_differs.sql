-- title: Days whose summary differs from their streams
-- severity: error
-- why: Answers about durations read the summary. Each load keeps it true, so the file was changed by
--      another program, or scli has a fault: load the files into a new database.

-- Reads every stream, and so runs only when it is asked for.

WITH
counted AS MATERIALIZED (
    SELECT day, streams, seconds, microseconds, longest FROM stream_by_day_counted
),
differing AS (
    SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM stream_by_day)
    UNION
    SELECT * FROM (SELECT * FROM stream_by_day EXCEPT SELECT * FROM counted)
)
SELECT DISTINCT
    date(differing.day * 86400, 'unixepoch') AS day,
    stream_by_day.streams AS summed_streams,
    counted.streams AS counted_streams
FROM differing
LEFT JOIN stream_by_day ON stream_by_day.day = differing.day
LEFT JOIN counted ON counted.day = differing.day
ORDER BY 1;
