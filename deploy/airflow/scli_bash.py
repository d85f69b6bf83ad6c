"""The nightly load on workers that have scli: load, check, answer, seal, each step an exit code of scli."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.standard.operators.bash import BashOperator

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
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
) as dag:

    def step(name: str, command: str) -> BashOperator:
        # Beyond a limit that only warns (6) the data is loaded: the task is marked as skipped, and not tried again.
        return BashOperator(
            task_id=name, bash_command=command, env=ENVIRONMENT, append_env=True, skip_on_exit_code=[6]
        )

    load = step(
        "load",
        "scli --log-format json --busy-timeout 600 sync $INBOX --max-rejects 100 --max-vanished 5%",
    )
    check = step("check", "scli check --fail-on error")
    answers = step("answers", "scli answers --format json > $BACKUPS/answers-{{ds}}.json")
    seal = step("seal", "scli seal --force $BACKUPS/warehouse-{{ds}}.db > $BACKUPS/warehouse-{{ds}}.db.sha256")

    load >> check >> answers >> seal
