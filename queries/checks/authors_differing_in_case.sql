-- title: Authors whose names differ only in case
-- severity: warning
-- why: A book matches each of these authors, so it is by an author of each of their nationalities.

-- One row for each group of authors.

SELECT
    min(name) AS name,
    count(*) AS authors,
    group_concat(name, ' | ') AS names,
    group_concat(coalesce(nationality, '?'), ' | ') AS nationalities
FROM (SELECT name, name_key, nationality FROM author ORDER BY name_key, name)
GROUP BY name_key
HAVING count(*) > 1
ORDER BY name_key;
