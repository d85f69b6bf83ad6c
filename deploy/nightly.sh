#!/bin/sh
# One night: load what has come, check it, keep the answers, and a sealed copy as the backup. It prints
# nothing if all is well. docs/deploy.md says what to set and what the exit codes mean.
set -eu

: "${DATABASE_URL:?the warehouse, as in /var/lib/scli/warehouse.db}"
: "${INBOX:?the directory that scli sync reads}"
: "${BACKUPS:?the directory for the sealed copies and the logs}"
: "${KEEP_DAYS:=14}"
# A reader may hold the database for a while; the night waits for it.
: "${BUSY_TIMEOUT:=600}"
# A command that hears of trouble: the exit code is in $NIGHT_STATUS, the log on its standard input.
: "${ON_TROUBLE:=}"

# The name alone goes into the checksum, so the seal is written from within $BACKUPS: paths are made absolute.
here=$(pwd)
absolute() {
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s\n' "$here/$1" ;;
    esac
}
case $DATABASE_URL in
    sqlite:///*) database=$(absolute "${DATABASE_URL#sqlite:///}") ;;
    # The first command says what is wrong with it.
    *://*) database= ;;
    *) database=$(absolute "$DATABASE_URL") ;;
esac
[ -z "$database" ] || export DATABASE_URL="$database"

mkdir -p "$BACKUPS"
BACKUPS=$(absolute "$BACKUPS")
today=$(date -u +%Y-%m-%d)
log=$(mktemp "$BACKUPS/.night.XXXXXX")
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Ends the night with a status: quietly with 0, else with the log, and the hook if there is one.
finish() {
    cat "$log" >> "$BACKUPS/night-$today.log"
    if [ "$1" -ne 0 ]; then
        cat "$log" >&2
        if [ -n "$ON_TROUBLE" ]; then
            NIGHT_STATUS=$1 sh -c "$ON_TROUBLE" < "$log" ||
                echo "nightly.sh: ON_TROUBLE failed with exit code $?" >&2
        fi
    fi
    exit "$1"
}

# Runs a step whose output is for the log, and notes the first trouble. What comes behind runs all the same.
status=0
step() {
    code=0
    echo "nightly.sh: $*" >> "$log"
    scli --busy-timeout "$BUSY_TIMEOUT" "$@" >> "$log" 2>&1 || code=$?
    [ "$status" -ne 0 ] || status=$code
}

# A delivery beyond a limit is refused (3), one beyond a limit that only warns is loaded (6). Whatever failed,
# the state before it stands: check it, answer from it, and back it up.
step --log-format json sync "$INBOX" --max-rejects 100 --max-vanished 5% --memory 256
case $status in
    2 | 1[2-9][0-9]) finish "$status" ;; # usage, signals
esac
[ -e "$database" ] || finish "$status"

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

copy="warehouse-$today.db"
if (cd "$BACKUPS" && scli --busy-timeout "$BUSY_TIMEOUT" seal --force "$copy" > "$copy.sha256.new" 2>> "$log"); then
    mv "$BACKUPS/$copy.sha256.new" "$BACKUPS/$copy.sha256"
else
    [ "$status" -ne 0 ] || status=1
    rm -f "$BACKUPS/$copy.sha256.new"
fi
find "$BACKUPS" \( -name 'warehouse-*.db*' -o -name 'night-*.log' \) -mtime "+$KEEP_DAYS" -exec rm -f {} +

finish "$status"
