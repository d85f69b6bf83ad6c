"""The nightly load in containers of one host: load, check, answer, seal, each step an exit code of scli."""

from datetime import datetime, timedelta

from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk import DAG
from docker.types import Mount

MOUNTS = [
    Mount(source="scli-warehouse", target="/data", type="volume"),
    Mount(source="/srv/inbox", target="/inbox", type="bind", read_only=True),
]

with DAG(
    dag_id="scli_nightly_docker",
    schedule="30 2 * * *",
    start_date=datetime(2021, 12, 1),
    catchup=False,
    max_active_runs=1,
    # A load beyond a limit that only warns ends with 6: the data is there, its task is marked as skipped and not
    # tried again, and what comes behind it runs.
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "trigger_rule": "none_failed"},
) as dag:

    def step(name: str, *args: str) -> DockerOperator:
        return DockerOperator(
            task_id=name,
            image="scli:0.1.0",
            command=list(args),
            environment={"DATABASE_URL": "/data/warehouse.db", "TMPDIR": "/data"},
            mounts=MOUNTS,
            mount_tmp_dir=False,
            network_mode="none",
            mem_limit="1g",
            auto_remove="success",
            skip_on_exit_code=[6],
        )

    load = step(
        "load", "--log-format", "json", "--busy-timeout", "600", "sync", "/inbox",
        "--max-rejects", "100", "--max-vanished", "5%", "--memory", "256",
    )
    check = step("check", "--busy-timeout", "600", "check", "--fail-on", "error")
    answers = step(
        "answers", "--busy-timeout", "600", "answers", "--format", "json",
        "--output", "/data/answers-{{ ds }}.json",
    )
    seal = step("seal", "--busy-timeout", "600", "seal", "--force", "/data/warehouse-{{ ds }}.db")

    load >> check >> answers >> seal
