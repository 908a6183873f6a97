"""The peers of the bench `retrieval`: faiss's flat search, and pytorch-metric-learning's AccuracyCalculator on top of it.

python retrieval_peer.py make FILE           writes 100,000 x 128 embeddings of 10,000 classes
python retrieval_peer.py serve FILE THREADS  answers `steps N` and `whole` lines with JSON
"""
import json
import resource
import sys
import time

import numpy as np


def make(file):
    random = np.random.default_rng(1)
    label = random.permutation(np.repeat(np.arange(10_000), 10))
    center = random.normal(size=(10_000, 128))
    embedding = center[label] + 1.2 * random.normal(size=(100_000, 128))
    np.savez(file, embedding=embedding.astype(np.float32), label=label)


def serve(file, threads):
    import faiss
    import torch
    from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    from pytorch_metric_learning.utils.inference import FaissKNN
    import pytorch_metric_learning

    faiss.omp_set_num_threads(threads)
    torch.set_num_threads(threads)
    with np.load(file) as stored:
        embedding, label = stored["embedding"], stored["label"]
    unit = np.ascontiguousarray(embedding / np.linalg.norm(embedding, axis=1, keepdims=True))
    index = faiss.IndexFlatIP(unit.shape[1])
    index.add(unit)
    print(json.dumps({"name": f"faiss-cpu {faiss.__version__}, pytorch-metric-learning {pytorch_metric_learning.__version__}"}), flush=True)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "steps":
            times = []
            for _ in range(int(rest[0])):
                began = time.perf_counter()
                index.search(unit[:2000], 10)
                times.append(1000 * (time.perf_counter() - began))
            print(json.dumps(times), flush=True)
        if command == "whole":
            began = time.perf_counter()
            knn = FaissKNN(reset_before=True, index_init_fn=faiss.IndexFlatIP)
            calculator = AccuracyCalculator(include=("precision_at_1", "r_precision", "mean_average_precision_at_r"), k="max_bin_count", device=torch.device("cpu"), knn_func=knn)
            found = calculator.get_accuracy(torch.from_numpy(unit), torch.from_numpy(label))
            print(json.dumps({
                "milliseconds": 1000 * (time.perf_counter() - began),
                "metrics": {"precision@1": found["precision_at_1"], "R-precision": found["r_precision"], "MAP@R": found["mean_average_precision_at_r"]},
                "peakMebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }), flush=True)


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    serve(sys.argv[2], int(sys.argv[3]))
