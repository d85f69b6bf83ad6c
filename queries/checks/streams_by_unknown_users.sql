-- title: Streaming addresses that no user has
-- severity: error
-- why: Answers count these addresses as users whom nobody knows, and a user twice whose address is
--      spelt in two cases. Both sides are our own data, so a user file is missing or out of date.

-- One row for each address, compared to the letter, with the user who has it in another case if there
-- is one. lower() knows the 26 letters of ASCII, which addresses are made of but for rare exceptions.
-- The dictionary of streaming addresses tells which are unknown, and only if some are, their streams
-- are counted.

WITH
unknown AS MATERIALIZED (
    SELECT id, email
    FROM streaming_user
    WHERE email NOT IN (SELECT email FROM user)
),
counted AS MATERIALIZED (
    SELECT user_id, count(*) AS streams, min(start_at) AS first_at, max(start_at) AS last_at
    FROM stream_fact
    WHERE EXISTS (SELECT 1 FROM unknown)
        AND user_id IN (SELECT id FROM unknown)
    GROUP BY user_id
),
similar AS MATERIALIZED (
    SELECT lower(email) AS lower_email, min(email) AS email
    FROM user
    WHERE EXISTS (SELECT 1 FROM unknown)
    GROUP BY lower_email
)
SELECT
    unknown.email,
    counted.streams,
    similar.email AS known_as,
    strftime('%Y-%m-%dT%H:%M:%SZ', counted.first_at / 1000000, 'unixepoch') AS first_start,
    strftime('%Y-%m-%dT%H:%M:%SZ', counted.last_at / 1000000, 'unixepoch') AS last_start
FROM unknown
JOIN counted ON counted.user_id = unknown.id
LEFT JOIN similar ON similar.lower_email = lower(unknown.email)
ORDER BY counted.streams DESC, unknown.email;
