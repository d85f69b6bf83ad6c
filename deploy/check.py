"""Checks what deploy/ and the workflows hold with the programs that will read it: make deploy-check.

The DAGs are parsed by a real Airflow, the Kubernetes manifests are held against the schemas of a cluster, and the
workflows are looked through for what is unsafe.
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

# In the order of the work; each task needs the one before it.
TASKS = ["load", "check", "answers", "seal"]

# One for each way to run scli: on the worker, in a container, in a pod.
DAGS = {"scli_nightly_bash", "scli_nightly_docker", "scli_nightly_kubernetes"}


def dags() -> None:
    """Every DAG is parsed without an error, and its tasks run one after the other."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(HERE / "airflow"))
    assert not bag.import_errors, bag.import_errors
    assert set(bag.dags) == DAGS, sorted(bag.dags)
    for dag in bag.dags.values():
        assert sorted(dag.task_ids) == sorted(TASKS), (dag.dag_id, dag.task_ids)
        for before, after in zip(TASKS, TASKS[1:]):
            assert dag.get_task(before).downstream_task_ids == {after}, (dag.dag_id, before)
            # What is loaded beyond a limit that only warns is checked and sealed all the same.
            assert dag.get_task(after).trigger_rule == "none_failed", (dag.dag_id, after)
        assert not dag.catchup and dag.max_active_runs == 1, dag.dag_id
    print(f"airflow: {len(bag.dags)} DAGs of {len(TASKS)} tasks each")


def manifests() -> None:
    """Every manifest is one that a cluster takes, with no field that it does not know."""
    import kubernetes_validate
    import yaml

    count = 0
    for file in sorted(HERE.rglob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text()):
            kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
            count += 1
    assert count, "no manifest was found"
    print(f"kubernetes {kubernetes_validate.latest_version()}: {count} manifests")


def workflows() -> None:
    """No workflow has what zizmor finds unsafe, as far as that can be told without a network."""
    folder = HERE.parent / ".github" / "workflows"
    zizmor = pathlib.Path(sys.executable).parent / "zizmor"
    settings = HERE.parent / ".github" / "zizmor.yml"
    command = [zizmor, "--offline", "--no-progress", "--min-severity=medium", f"--config={settings}", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    print(f"zizmor: {len(list(folder.glob('*.yml')))} workflows")


if __name__ == "__main__":
    os.chdir(HERE.parent)
    manifests()
    workflows()
    dags()
