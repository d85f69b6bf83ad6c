-- title: Authors who die before they are born
-- severity: warning
-- why: The vendor has exchanged the two dates, or one of them is wrong. No answer reads them yet.

-- Dates are ISO-8601 in UTC, so their order as text is their order in time.

SELECT name, birth_date, died_at
FROM author
WHERE died_at < birth_date
ORDER BY name;
