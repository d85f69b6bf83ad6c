SELECT
    delivery,
    date,
    substr(finished_at, 1, 19) || 'Z' AS finished_at,
    loads,
    CASE
        WHEN outcome <> 'done' THEN
            outcome || ': ' || CASE WHEN length(reason) > 60 THEN substr(reason, 1, 59) || '…' ELSE reason END
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
            nullif(suppressed, 0) || ' suppressed'
        ), ''), 'empty') || coalesce(', ' || reason, '')
    END AS result,
    coalesce(source_name || ': ', '') || source AS source
FROM (
    SELECT
        d.id AS delivery,
        d.date,
        d.finished_at,
        d.outcome,
        d.reason,
        d.source,
        d.source_name,
        count(l.id) AS loads,
        sum(l.inserted) AS inserted,
        sum(l.updated) AS updated,
        sum(l.unchanged) AS unchanged,
        sum(l.older) AS older,
        sum(l.repeated) AS repeated,
        sum(l.rejected) AS rejected,
        sum(l.vanished) AS vanished,
        sum(l.reappeared) AS reappeared,
        sum(l.removed) AS removed,
        sum(l.suppressed) AS suppressed
    FROM delivery AS d
    LEFT JOIN load AS l ON l.delivery_id = d.id
    GROUP BY d.id
)
ORDER BY delivery DESC
LIMIT coalesce(:limit, -1);
