-- title: Sizes whose summary differs from the streams
-- severity: error
-- why: The median reads the summary. Each load keeps it true, so the file was changed by another
--      program, or scli has a fault: load the files into a new database.

-- Reads every stream, and so runs only when it is asked for.

WITH
counted AS MATERIALIZED (
    SELECT class, streams FROM stream_by_size_counted
),
differing AS (
    SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM stream_by_size)
    UNION
    SELECT * FROM (SELECT * FROM stream_by_size EXCEPT SELECT * FROM counted)
)
SELECT DISTINCT
    differing.class,
    stream_by_size.streams AS summed_streams,
    counted.streams AS counted_streams
FROM differing
LEFT JOIN stream_by_size ON stream_by_size.class = differing.class
LEFT JOIN counted ON counted.class = differing.class
ORDER BY 1;
