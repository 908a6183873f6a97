"""MLflow's own client for the export bench: `steps N` a line, answered with the milliseconds of N times logging the points and
params of a file in batches as large as the server takes."""
import json
import sys
import time

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param

url, file = sys.argv[1:]
with open(file) as text:
    content = json.load(text)
client = MlflowClient(url)
experiment = client.create_experiment("bench by MLflow")


def log():
    began = time.perf_counter()
    run = client.create_run(experiment).info.run_id
    params = [Param(key, value) for key, value in content["params"]]
    for at in range(0, len(params), 100):
        client.log_batch(run, params=params[at : at + 100])
    metrics = [Metric(*point) for point in content["metrics"]]
    for at in range(0, len(metrics), 1000):
        client.log_batch(run, metrics=metrics[at : at + 1000])
    client.set_terminated(run)
    return (time.perf_counter() - began) * 1000


print(json.dumps({"name": f"MLflow {mlflow.__version__}'s Python client"}), flush=True)
for line in sys.stdin:
    print(json.dumps([log() for _ in range(int(line.split()[1]))]), flush=True)
