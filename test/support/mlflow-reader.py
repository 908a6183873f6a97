"""Reads runs back with MLflow's own client. A request a line on standard input, its JSON a line on standard output:
`run RUN_ID` for everything known of a run, `runs EXPERIMENT` for the runs of an experiment, newest first, `model RUN_ID` for
its logged model, `versions NAME` for a registered model's."""
import hashlib
import json
import math
import os
import sys
import tempfile

os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
from mlflow import MlflowClient  # noqa: E402
from mlflow.models import get_model_info  # noqa: E402

client = MlflowClient()


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value) or abs(value) >= 1.7976931348623157e308:
        return "Infinity" if value > 0 else "-Infinity"
    return value


def history(run_id, key):
    points = sorted(client.get_metric_history(run_id, key), key=lambda point: (point.step, point.timestamp))
    return [{"step": point.step, "time": point.timestamp, "value": number(point.value)} for point in points]


def files(run_id):
    with tempfile.TemporaryDirectory() as folder:
        client.download_artifacts(run_id, "", folder)
        for root, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(root, name)
                with open(path, "rb") as file:
                    yield os.path.relpath(path, folder).replace(os.sep, "/"), hashlib.sha256(file.read()).hexdigest()


def context(given):
    return next((tag.value for tag in given.tags if tag.key == "mlflow.data.context"), None)


def read_run(run_id):
    run = client.get_run(run_id)
    return {
        "name": run.info.run_name,
        "status": run.info.status,
        "experiment": client.get_experiment(run.info.experiment_id).name,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "params": run.data.params,
        "tags": run.data.tags,
        "metrics": {key: history(run_id, key) for key in run.data.metrics},
        "inputs": [
            {"name": given.dataset.name, "digest": given.dataset.digest, "source": given.dataset.source, "context": context(given)}
            for given in run.inputs.dataset_inputs
        ],
        "artifacts": dict(files(run_id)),
    }


def read_runs(name):
    experiment = client.get_experiment_by_name(name)
    runs = client.search_runs([experiment.experiment_id]) if experiment else []
    return [
        {"id": run.info.run_id, "name": run.info.run_name, "status": run.info.status, "parent": run.data.tags.get("mlflow.parentRunId")}
        for run in runs
    ]


def read_model(run_id):
    info = get_model_info(f"runs:/{run_id}/model")
    history = json.loads(client.get_run(run_id).data.tags["mlflow.log-model.history"])
    shape = lambda schema: [str(schema.inputs[0].type), *schema.inputs[0].shape]  # noqa: E731
    return {
        "flavors": info.flavors,
        "inputs": shape(info.signature.inputs),
        "outputs": shape(info.signature.outputs),
        "uuid": info.model_uuid,
        "logged": len(history),
    }


def read_versions(name):
    return {found.version: found.run_id for found in client.search_model_versions(f"name='{name}'")}


for line in sys.stdin:
    operation, argument = line.rstrip("\n").split(" ", 1)
    try:
        answer = {"value": {"run": read_run, "runs": read_runs, "model": read_model, "versions": read_versions}[operation](argument)}
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
