"""The nightly load on workers that have scli: load, check, answer, seal, each step an exit code of scli."""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

ENVIRONMENT = {
    "DATABASE_URL": "/var/lib/scli/warehouse.db",
    "INBOX": "/srv/inbox",
    "BACKUPS": "/var/lib/scli/backups",
}

with DAG(
    dag_id="scli_nightly_bash",
    schedule="30 2 * * *",
    start_date=datetime(2021, 12, 1),
    catchup=False,
    max_active_runs=1,
    # A load beyond a limit that only warns ends with 6: the data is there, its task is marked as skipped and not
    # tried again, and what comes behind it runs.
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "trigger_rule": "none_failed"},
) as dag:

    def step(name: str, command: str) -> BashOperator:
        return BashOperator(
            task_id=name,
            bash_command=command,
            env=ENVIRONMENT,
            append_env=True,
            skip_on_exit_code=[6],
        )

    load = step(
        "load",
        "scli --log-format json --busy-timeout 600 sync $INBOX --max-rejects 100 --max-vanished 5%",
    )
    check = step("check", "scli --busy-timeout 600 check --fail-on error")
    answers = step(
        "answers",
        "mkdir -p $BACKUPS && scli --busy-timeout 600 answers --format json --output $BACKUPS/answers-{{ds}}.json",
    )
    # The checksum has the name alone, so that it holds wherever the copy is.
    seal = step(
        "seal",
        "cd $BACKUPS"
        " && scli --busy-timeout 600 seal --force warehouse-{{ds}}.db > warehouse-{{ds}}.db.sha256",
    )

    load >> check >> answers >> seal
