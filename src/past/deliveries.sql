SELECT
    d.id AS delivery,
    d.date,
    d.source,
    d.source_name,
    d.outcome,
    d.reason,
    d.started_at,
    d.finished_at,
    count(l.id) AS loads,
    min(l.id) AS first_load,
    max(l.id) AS last_load,
    coalesce(sum(l.read), 0) AS read,
    coalesce(sum(l.inserted), 0) AS inserted,
    coalesce(sum(l.updated), 0) AS updated,
    coalesce(sum(l.unchanged), 0) AS unchanged,
    coalesce(sum(l.older), 0) AS older,
    coalesce(sum(l.repeated), 0) AS repeated,
    coalesce(sum(l.rejected), 0) AS rejected,
    coalesce(sum(l.vanished), 0) AS vanished,
    coalesce(sum(l.reappeared), 0) AS reappeared,
    coalesce(sum(l.removed), 0) AS removed,
    coalesce(sum(l.suppressed), 0) AS suppressed
FROM delivery AS d
LEFT JOIN load AS l ON l.delivery_id = d.id
GROUP BY d.id
ORDER BY d.id DESC
LIMIT coalesce(:limit, -1);
