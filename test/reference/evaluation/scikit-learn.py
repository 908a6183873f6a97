"""scikit-learn's answers for AMI, GAP, MAP@K and DIR, written to scikit-learn.json beside this file.

    pip install scikit-learn==1.9.1 && python test/reference/evaluation/scikit-learn.py

GAP over all M queries that have a class is average precision (whose recall counts only the correct predictions) times correct / M. The
confidences of one case are all different, since scikit-learn merges ties. MAP@K of a query is average precision among its K nearest times
those found / min(K, relevant). DIR at FAR is the largest true positive rate of a ROC without the mated queries that are misnamed, whose
false positive rate is at most FAR, times correct / mated.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import adjusted_mutual_info_score, average_precision_score, normalized_mutual_info_score, roc_curve

random = np.random.default_rng(7)


def labelings():
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


def rankings():
    for name, rows, classes, cuts in [("many classes", 60, 15, [1, 5, 20]), ("few classes", 50, 3, [3, 10, 49])]:
        embedding = random.normal(size=(rows, 3)).astype(np.float32)
        label = random.integers(0, classes, rows)
        distance = np.linalg.norm(embedding[:, None].astype(float) - embedding[None].astype(float), axis=2)
        found = {}
        for k in cuts:
            precisions = []
            for query in range(rows):
                others = np.arange(rows) != query
                relevant = (label == label[query])[others]
                near = np.argsort(distance[query][others])[:k]
                if relevant.sum() > 0:
                    hits = relevant[near].sum()
                    precision = average_precision_score(relevant[near], -distance[query][others][near]) if hits > 0 else 0.0
                    precisions.append(precision * hits / min(k, relevant.sum()))
            found[k] = float(np.mean(precisions))
        yield {"name": name, "embedding": embedding.tolist(), "labels": label.tolist(), "mapAt": found}


def open_sets():
    for name, count, known in [("half known", 80, 0.5), ("few unknown", 60, 0.85)]:
        mated = random.random(count) < known
        score = np.round(random.normal(size=count) + mated, 2)  # some ties
        correct = mated & (random.random(count) < 0.8)
        kept = correct | ~mated
        false_rate, true_rate, _ = roc_curve(mated[kept], score[kept], drop_intermediate=False)
        share = correct.sum() / mated.sum()
        rates = {rate: float(share * true_rate[false_rate <= rate].max()) for rate in (0.5, 0.1, 0.02)}
        yield {"name": name, "scores": score.tolist(), "mated": mated.astype(int).tolist(), "correct": correct.astype(int).tolist(), "dirAtFar": rates}


document = {
    "scikit-learn": sklearn.__version__,
    "agreement": [
        {"name": name, "a": a.tolist(), "b": b.tolist(), "nmi": float(normalized_mutual_info_score(a, b)), "ami": float(adjusted_mutual_info_score(a, b))}
        for name, a, b in labelings()
    ],
    "gap": list(answers()),
    "rankings": list(rankings()),
    "openSets": list(open_sets()),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(document) + "\n")
