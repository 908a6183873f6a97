"""scikit-learn's answers for AMI and GAP, written to scikit-learn.json beside this file.

    pip install scikit-learn==1.9.1 && python test/evaluation/scikit-learn.py

GAP over all M queries that have a class is average precision (whose recall counts only the correct predictions) times correct / M. The
confidences of one case are all different, since scikit-learn merges ties.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import adjusted_mutual_info_score, average_precision_score, normalized_mutual_info_score

random = np.random.default_rng(7)


def labellings():
    yield "random", random.integers(0, 5, 60), random.integers(0, 4, 60)
    truth = np.repeat(np.arange(6), 20)
    noisy = np.where(random.random(120) < 0.3, random.integers(0, 6, 120), truth)
    yield "noisy copy", truth, noisy
    yield "uneven", np.concatenate([np.zeros(50), np.arange(1, 11)]).astype(int), random.integers(0, 3, 60)
    yield "all apart against two", np.arange(12), np.repeat([0, 1], 6)
    yield "same up to names", np.repeat([0, 1, 2], 4), np.repeat([7, 3, 5], 4)


def answers():
    for name, count, known in [("half right", 40, 0.5), ("mostly unknown", 60, 0.2), ("all known", 30, 1.0)]:
        confidence = random.permutation(count * 8)[:count] / (count * 8)
        mated = random.random(count) < known
        correct = mated & (random.random(count) < 0.4 + 0.6 * confidence)
        gap = average_precision_score(correct, confidence) * correct.sum() / mated.sum()
        yield {"name": name, "confidence": confidence.tolist(), "mated": mated.astype(int).tolist(), "correct": correct.astype(int).tolist(), "gap": float(gap)}


document = {
    "scikit-learn": sklearn.__version__,
    "agreement": [
        {"name": name, "a": a.tolist(), "b": b.tolist(), "nmi": float(normalized_mutual_info_score(a, b)), "ami": float(adjusted_mutual_info_score(a, b))}
        for name, a, b in labellings()
    ],
    "gap": list(answers()),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(document) + "\n")
