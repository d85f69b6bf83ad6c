"""The nightly load in pods of a cluster: load, check, answer, seal, each step an exit code of scli."""

from datetime import datetime, timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
from kubernetes.client import models as k8s

VOLUMES = {
    "warehouse": k8s.V1PersistentVolumeClaimVolumeSource(claim_name="scli-warehouse"),
    "inbox": k8s.V1PersistentVolumeClaimVolumeSource(claim_name="scli-inbox", read_only=True),
}
MOUNTS = [
    k8s.V1VolumeMount(name="warehouse", mount_path="/data"),
    k8s.V1VolumeMount(name="inbox", mount_path="/inbox", read_only=True),
]
CLOSED = k8s.V1SecurityContext(
    allow_privilege_escalation=False,
    read_only_root_filesystem=True,
    capabilities=k8s.V1Capabilities(drop=["ALL"]),
)
USER = k8s.V1PodSecurityContext(run_as_non_root=True, run_as_user=65532, run_as_group=65532, fs_group=65532)

with DAG(
    dag_id="scli_nightly_kubernetes",
    schedule="30 2 * * *",
    start_date=datetime(2021, 12, 1),
    catchup=False,
    max_active_runs=1,
    # A load beyond a limit that only warns ends with 6: the data is there, its task is marked as skipped and not
    # tried again, and what comes behind it runs.
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "trigger_rule": "none_failed"},
) as dag:

    def step(name: str, *args: str) -> KubernetesPodOperator:
        return KubernetesPodOperator(
            task_id=name,
            name=f"scli-{name}",
            image="scli:0.1.0",
            arguments=list(args),
            env_vars={"DATABASE_URL": "/data/warehouse.db", "TMPDIR": "/data"},
            volumes=[
                k8s.V1Volume(name=volume, persistent_volume_claim=claim) for volume, claim in VOLUMES.items()
            ],
            volume_mounts=MOUNTS,
            container_security_context=CLOSED,
            security_context=USER,
            container_resources=k8s.V1ResourceRequirements(
                requests={"cpu": "500m", "memory": "512Mi"}, limits={"memory": "1Gi"}
            ),
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
