SELECT
    id AS load,
    CASE
        WHEN date IS NULL THEN CAST(delivery_id AS TEXT)
        ELSE delivery_id || ' of ' || date
    END AS delivery,
    substr(finished_at, 1, 19) || 'Z' AS finished_at,
    model,
    read,
    CASE
        WHEN outcome <> 'done' THEN
            outcome || ': ' || CASE WHEN length(why) > 60 THEN substr(why, 1, 59) || '…' ELSE why END
        WHEN kind = 'dismiss' THEN
            (SELECT count(*) FROM reject WHERE resolved_by = load.id) || ' dismissed: '
                || CASE WHEN length(why) > 60 THEN substr(why, 1, 59) || '…' ELSE why END
        -- Each count that is not zero; where all are, the source had no record.
        ELSE coalesce(nullif(concat_ws(', ',
            nullif(inserted, 0) || ' inserted',
            nullif(updated, 0) || ' updated',
            nullif(unchanged, 0) || ' unchanged',
            nullif(older, 0) || ' older',
            nullif(repeated, 0) || ' repeated',
            nullif(rejected, 0) || ' rejected',
            nullif(vanished, 0) || ' vanished',
            nullif(reappeared, 0) || ' reappeared',
            nullif(removed, 0) || ' removed',
            nullif(suppressed, 0) || ' suppressed',
            CASE WHEN kind = 'undo' THEN
                nullif((SELECT count(*) FROM reject WHERE load_id = load.id), 0) || ' waiting again'
            END,
            CASE WHEN kind = 'undo' THEN
                nullif((SELECT count(*) FROM reject WHERE resolved_by = load.id), 0) || ' no longer waiting'
            END
        ), ''), CASE kind WHEN 'undo' THEN 'nothing to take back' WHEN 'forget' THEN 'nothing taken out' ELSE 'empty' END)
    END || coalesce(', undone by load ' || undone_by, '') AS result,
    source
FROM (
    -- The reason without the source's name, which has a column of its own.
    SELECT
        *,
        (SELECT date FROM delivery WHERE delivery.id = load.delivery_id) AS date,
        CASE
            WHEN substr(reason, 1, length(source) + 2) = source || ': ' THEN substr(reason, length(source) + 3)
            ELSE reason
        END AS why
    FROM load
) AS load
WHERE :model IS NULL OR model = :model
ORDER BY id DESC
LIMIT coalesce(:limit, -1);
