#!/bin/sh
# One night: load what has come, check it, keep the answers, and a sealed copy as the backup. It prints
# nothing if all is well. docs/deploy.md says what to set and what the exit codes mean.
set -eu

: "${KEEP_DAYS:=14}"
# What a file may not exceed; words, as on a command line.
: "${LIMITS:=--max-rejects 100 --max-vanished 5%}"
# A reader may hold the database for a while; the night waits for it.
: "${BUSY_TIMEOUT:=600}"
# A command that hears of trouble: the exit code is in $NIGHT_STATUS, the log on its standard input.
: "${ON_TROUBLE:=}"

# However the night ends: on trouble its log goes to standard error and to the hook. From here on descriptor 3
# is the standard error that the night was given, and the log of this night begins at a byte of its file.
exec 3>&2
log=/dev/null
begin=1
end() {
    night=$?
    trap - EXIT HUP INT TERM
    set +e
    [ "$night" -ne 0 ] || exit 0
    tail -c "+$begin" "$log" >&3
    echo "nightly.sh: exit code $night" >&3
    if [ -n "$ON_TROUBLE" ]; then
        tail -c "+$begin" "$log" | NIGHT_STATUS=$night sh -c "$ON_TROUBLE" >&3 2>&3 3>&- ||
            echo "nightly.sh: ON_TROUBLE failed with exit code $?" >&3
    fi
    exit "$night"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

need() {
    [ -n "$2" ] || { echo "nightly.sh: set $1, $3" >&2 && exit 2; }
}
need DATABASE_URL "${DATABASE_URL:-}" "the warehouse, as in /var/lib/scli/warehouse.db"
need INBOX "${INBOX:-}" "the directory with what has come"
need BACKUPS "${BACKUPS:-}" "the directory for copies, answers and logs"

mkdir -p "$BACKUPS"
today=$(date -u +%Y-%m-%d)
touch "$BACKUPS/night-$today.log"
log="$BACKUPS/night-$today.log"
begin=$(($(wc -c < "$log") + 1))
exec >> "$log" 2>&1

# Runs a step, and notes the first trouble. What comes behind runs all the same.
status=0
note() {
    [ "$status" -ne 0 ] || status=$1
}
step() {
    code=0
    echo "nightly.sh: $(date -u +%H:%M:%SZ) $*" >&2
    scli --busy-timeout "$BUSY_TIMEOUT" "$@" || code=$?
    note "$code"
}

# A delivery beyond a limit is refused (3), one beyond a limit that only warns is loaded (6). Whatever failed,
# the state before it stands: check it, answer from it, and back it up.
# shellcheck disable=SC2086
step --log-format json sync "$INBOX" $LIMITS --memory 256
case $status in
    2 | 12[6-9] | 1[3-9][0-9]) exit "$status" ;; # usage, no scli, a signal
esac
[ -e "${DATABASE_URL#sqlite:///}" ] || exit "$status"

step check --fail-on error --format table --output "$BACKUPS/quality.txt"

# That answers move is what a load is for: exit code 4 goes to the log, with the loads that may have moved them.
before=$status
if [ -e "$BACKUPS/answers.json" ]; then
    step answers --check "$BACKUPS/answers.json" --format json --output "$BACKUPS/answers.new"
else
    step answers --format json --output "$BACKUPS/answers.new"
fi
[ "$code" -ne 4 ] || status=$before
[ ! -e "$BACKUPS/answers.new" ] || mv "$BACKUPS/answers.new" "$BACKUPS/answers.json"

# The checksum has the name alone, so that `sha256sum -c` works in whatever folder the two files are.
copy="warehouse-$today.db"
step seal --force "$BACKUPS/$copy" > "$BACKUPS/seal.new"
if [ "$code" -eq 0 ]; then
    sum=$(cut -d ' ' -f 1 "$BACKUPS/seal.new")
    printf '%s  %s\n' "${sum#\\}" "$copy" > "$BACKUPS/$copy.sha256"
fi
rm "$BACKUPS/seal.new"

# Old logs go, and old copies, unless there is no new one.
old() {
    find "$BACKUPS/." ! -name . -prune -type f -name "$1" -mtime "+$KEEP_DAYS" -exec rm -f {} + || note 1
}
old 'night-*.log'
[ "$code" -ne 0 ] || old 'warehouse-*.db*'

exit "$status"
