SELECT
    id AS load,
    model,
    source,
    collector,
    outcome,
    reason,
    started_at,
    finished_at,
    read,
    inserted,
    updated,
    unchanged,
    repeated,
    rejected,
    vanished,
    reappeared,
    complete,
    sha256,
    sha256_absent,
    version
FROM load
WHERE :model IS NULL OR model = :model
ORDER BY id DESC
LIMIT coalesce(:limit, -1);
