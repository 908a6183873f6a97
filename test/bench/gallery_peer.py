"""The peer of the bench `gallery`: faiss's flat search of a million embeddings.

python gallery_peer.py make FOLDER           writes gallery.npy [1,000,000 x 512], probes.npy [10,000 x 512], float32
python gallery_peer.py serve FOLDER THREADS  answers `search N`, `peak` lines with JSON
"""
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

rows, probes, dim, part = 1_000_000, 10_000, 512, 50_000


def make(folder):
    random = np.random.default_rng(1)
    gallery = np.lib.format.open_memmap(folder / "gallery.npy", "w+", np.float32, (rows, dim))
    queries = np.lib.format.open_memmap(folder / "probes.npy", "w+", np.float32, (probes, dim))
    for begin in range(0, rows, part):
        block = random.standard_normal((part, dim), dtype=np.float32)
        gallery[begin : begin + part] = block
        each = probes * part // rows
        # Every probe has its own image's noisy copy in the gallery.
        queries[begin // part * each : (begin // part + 1) * each] = block[:each] + 1.5 * random.standard_normal((each, dim), dtype=np.float32)


def unit(values):
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def serve(folder, threads):
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(dim)
    gallery = np.load(folder / "gallery.npy", mmap_mode="r")
    for begin in range(0, rows, part):
        index.add(np.ascontiguousarray(unit(gallery[begin : begin + part])))
    queries = np.ascontiguousarray(unit(np.load(folder / "probes.npy")))
    print(json.dumps({"name": f"faiss-cpu {faiss.__version__} IndexFlatIP"}), flush=True)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "search":
            began = time.perf_counter()
            _, found = index.search(queries[: int(rest[0])], 10)
            print(json.dumps({"milliseconds": 1000 * (time.perf_counter() - began), "nearest": found.tolist()}), flush=True)
        if command == "peak":
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


if sys.argv[1] == "make":
    make(Path(sys.argv[2]))
else:
    serve(Path(sys.argv[2]), int(sys.argv[3]))
