-- title: Addresses of streams that are stored twice
-- severity: error
-- why: One person counts as two in every answer that counts users. A load stores each address once, so
--      the file was changed by another program, or scli has a fault: load the files into a new database.

-- Reads every address, and so runs only when it is asked for.

SELECT
    email,
    count(*) AS times,
    group_concat(id, ' | ') AS ids
FROM (SELECT email, id FROM streaming_user ORDER BY email, id)
GROUP BY email
HAVING count(*) > 1
ORDER BY email;
