-- title: Users whose e-mail addresses differ only in case
-- severity: warning
-- why: Mail for these addresses goes to one person, who counts as several users in every answer that
--      counts users. By the letter of the standard they may differ, so this is no error.

-- One row for each group of users. lower() knows the 26 letters of ASCII, which addresses are made of
-- but for rare exceptions.

SELECT
    min(email) AS email,
    count(*) AS users,
    group_concat(email, ' | ') AS emails,
    group_concat(first_name || ' ' || last_name, ' | ') AS names
FROM (SELECT email, lower(email) AS lower_email, first_name, last_name FROM user ORDER BY lower_email, email)
GROUP BY lower_email
HAVING count(*) > 1
ORDER BY lower_email;
