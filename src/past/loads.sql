SELECT
    id AS load,
    model,
    source,
    substr(collector, 1, instr(collector || ' ', ' ') - 1) AS collector,
    outcome,
    reason,
    started_at,
    finished_at,
    read,
    inserted,
    updated,
    unchanged,
    older,
    repeated,
    rejected,
    vanished,
    reappeared,
    removed,
    suppressed,
    complete,
    sha256,
    sha256_absent,
    version,
    delivery_id AS delivery,
    (SELECT date FROM delivery WHERE id = delivery_id) AS date,
    unknown,
    kind,
    undoes,
    undone_by
FROM load
WHERE :model IS NULL OR model = :model
ORDER BY id DESC
LIMIT coalesce(:limit, -1);
