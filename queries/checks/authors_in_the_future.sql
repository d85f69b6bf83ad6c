-- title: Authors who are born or die in the future
-- severity: warning
-- why: Nobody knows such a date: the vendor made it up, or took 2027 for 1927. No answer reads them yet.
-- param now time 'now' The time to take for the present

-- Dates are ISO-8601 in UTC, so their order as text is their order in time.

WITH
present AS MATERIALIZED (
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(:now, 'now')) AS utc
)
SELECT name, birth_date, died_at
FROM author
WHERE birth_date > (SELECT utc FROM present)
    OR died_at > (SELECT utc FROM present)
ORDER BY name;
