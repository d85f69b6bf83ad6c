#!/bin/sh
# One night: load what has come, check it, keep the answers, and a sealed copy as the backup.
# docs/deploy.md says what to set and what the exit codes mean.
set -eu

: "${DATABASE_URL:?the warehouse, as in /var/lib/scli/warehouse.db}"
: "${INBOX:?the directory with the six files}"
: "${BACKUPS:?the directory for the sealed copies}"
: "${KEEP_DAYS:=14}"

mkdir -p "$BACKUPS"
status=0

# Beyond a limit a source is refused, and the others are loaded all the same: exit code 3. Answer from
# what there is, and say so at the end.
scli --log-format json sync "$INBOX" --max-rejects 100 --max-vanished 5% --memory 256 || status=$?
if [ "$status" -ne 0 ] && [ "$status" -ne 3 ]; then
    exit "$status"
fi

scli check --fail-on error > "$BACKUPS/quality.txt"

# Whether the answers moved since last night: exit code 4, with the loads that may have moved them.
if [ -e "$BACKUPS/answers.json" ]; then
    scli answers --check "$BACKUPS/answers.json" --format json > "$BACKUPS/answers.new" || [ $? -eq 4 ]
else
    scli answers --format json > "$BACKUPS/answers.new"
fi
mv "$BACKUPS/answers.new" "$BACKUPS/answers.json"

# The name alone goes into the sum, so that `sha256sum -c` works wherever the files are copied to.
cd "$BACKUPS"
copy="warehouse-$(date -u +%Y-%m-%d).db"
scli seal --force "$copy" > "$copy.sha256"
find . -name 'warehouse-*.db*' -mtime "+$KEEP_DAYS" -exec rm -f {} +

exit "$status"
