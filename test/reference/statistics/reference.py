"""Answers of SciPy, statsmodels, scikit-learn and Optuna for statistics and searches, written to reference.json beside this file.

    pip install scipy==1.17.1 statsmodels==0.15.0 scikit-learn==1.9.1 optuna==5.0.0
    python test/reference/statistics/reference.py

The corrected resampled t test and the Bayesian correlated t test are in none of them: their formulas are written out with SciPy's distribution.
Wilcoxon's exact p with ties is SciPy's permutation over all signs. Random numbers are stored, so that the same ones can be drawn again.
"""

import json
from pathlib import Path

import numpy as np
import optuna
import scipy
import sklearn
import statsmodels
from optuna.distributions import FloatDistribution
from optuna.pruners._successive_halving import _is_trial_promotable_to_next_rung
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.study import StudyDirection
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.cluster._kmeans import _kmeans_plusplus
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

random = np.random.default_rng(11)


def differences():
    yield "five", random.normal(0.02, 0.03, 5)
    yield "two", np.array([0.01, 0.03])
    yield "twenty of a small effect", random.normal(0.004, 0.02, 20)
    yield "worse", random.normal(-0.05, 0.02, 10)
    yield "forty of no effect", random.normal(0, 1, 40)
    yield "one outlier", np.append(random.normal(0.01, 0.01, 9), -0.4)
    yield "a large effect", random.normal(0.2, 0.01, 12)


def t_tests(values):
    n = len(values)
    plain = stats.ttest_rel(values, np.zeros(n))
    interval = plain.confidence_interval(0.95)
    cases = []
    for folds in (0, 4, 10):
        overlap = 1 / (folds - 1) if folds else 0
        scale = np.sqrt((1 / n + overlap) * values.var(ddof=1))
        t = values.mean() / scale
        posterior = stats.t(n - 1, values.mean(), scale)
        cases.append({
            "overlap": overlap, "t": t, "p": 2 * stats.t.sf(abs(t), n - 1), "halfWidth": stats.t.ppf(0.975, n - 1) * scale,
            "bayes": [{"rope": rope, "better": posterior.sf(rope), "equal": posterior.cdf(rope) - posterior.cdf(-rope), "worse": posterior.cdf(-rope)} for rope in (0, 0.01)],
        })
    assert np.isclose(cases[0]["t"], plain.statistic) and np.isclose(cases[0]["p"], plain.pvalue)
    assert np.isclose(cases[0]["halfWidth"], (interval.high - interval.low) / 2)
    return cases


def wilcoxons():
    def case(name, values, method):
        kept = values[values != 0]
        result = stats.wilcoxon(kept, method=method)
        return {"name": name, "differences": values.tolist(), "statistic": result.statistic, "p": result.pvalue}

    for name, values in differences():
        yield case(name, values, "exact")
    every_sign = stats.PermutationMethod(n_resamples=2**13)
    yield case("ties", np.array([1, 1, 2, -2, 3, 3, -1, 4, 4, 5.0]), every_sign)
    yield case("zeros and ties", np.array([0, 1, 1, 0, -1, 2, 3, 0, 3.0]), every_sign)
    yield case("all the same", np.full(6, 0.5), every_sign)
    yield case("sixty, approximated", random.normal(0.1, 1, 60), "asymptotic")
    yield case("sixty with ties, approximated", random.integers(1, 9, 60) * np.where(random.random(60) < 0.4, -1.0, 1.0), "asymptotic")


def bootstraps():
    for name, values in (("eight", random.normal(0.02, 0.03, 8)), ("skewed", random.exponential(1, 12))):
        n = len(values)
        seed = int(random.integers(1 << 30))
        draws = np.random.default_rng(seed).integers(0, n, (199, n))
        # The percentiles of Hesterberg's expanded interval.
        tail = stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1))
        result = stats.bootstrap((values,), np.mean, n_resamples=199, method="percentile", confidence_level=1 - 2 * tail,
                                 rng=np.random.default_rng(seed), vectorized=True)
        assert np.allclose(np.sort(result.bootstrap_distribution), np.sort(values[draws].mean(axis=1)))
        interval = [result.confidence_interval.low, result.confidence_interval.high]
        yield {"name": name, "values": values.tolist(), "draws": "".join(np.base_repr(draw, 36) for draw in draws.ravel()), "interval": interval}


def holms():
    for values in ([0.01, 0.04, 0.03, 0.005], [0.5], [0.04, 0.04, 0.9, 1.0, 1e-9], list(random.random(15) ** 3)):
        yield {"p": values, "adjusted": multipletests(values, method="holm")[1].tolist()}


def wilsons():
    for right, count in ((0, 7), (8, 10), (10, 10), (9876, 10000), (1, 3)):
        yield {"right": right, "count": count, "interval": list(proportion_confint(right, count, 0.05, "wilson"))}


class Stored:
    """Random numbers that scikit-learn is given, in the order in which it asks."""

    def __init__(self, first, uniforms):
        self.first, self.uniforms = first, iter(uniforms)

    def choice(self, *_, **__):
        return self.first

    def uniform(self, size):
        return np.array([next(self.uniforms) for _ in range(size)])


def clusterings():
    for name, items, dim, count in (("three of forty", 40, 2, 3), ("eight of a hundred", 100, 5, 8), ("thirty of two hundred", 200, 3, 30)):
        labels = random.integers(0, count, items)
        rows = (2 * random.normal(size=(count, dim))[labels] + random.normal(size=(items, dim))).astype(np.float32).astype(np.float64)
        trials = 2 + int(np.log(count))
        first, uniforms = int(random.integers(items)), random.random(trials * (count - 1))
        centers, chosen = _kmeans_plusplus(rows, count, (rows**2).sum(axis=1), np.ones(items), Stored(first, uniforms))
        found = KMeans(count, init=centers, n_init=1, max_iter=100, tol=0, algorithm="lloyd").fit(rows)
        yield {
            "name": name, "dim": dim, "count": count, "rows": rows.ravel().tolist(), "labels": labels.tolist(), "first": first, "uniforms": uniforms.tolist(),
            "chosen": chosen.tolist(), "inertia": found.inertia_, "nmi": normalized_mutual_info_score(labels, found.labels_), "ami": adjusted_mutual_info_score(labels, found.labels_),
        }


def suggestions():
    """Optuna's Parzen estimators on [0, 1], with a fifth of the trials for good, and the endpoints for neighbors."""
    parameters = _ParzenEstimatorParameters(prior_weight=1, consider_magic_clip=True, consider_endpoints=True, weights=np.ones, multivariate=False)
    space = {"x": FloatDistribution(0, 1)}
    for count in (2, 5, 10, 23, 60):
        for _ in range(8):
            places, scores = random.random(count).round(4), random.random(count)
            order = np.argsort(-scores)
            good = int(np.ceil(0.2 * count))
            below, above = (np.sort(places[part]) for part in (order[:good], order[good:]))
            dense, sparse = (_ParzenEstimator({"x": part}, space, parameters) for part in (below, above))
            kernels = dense._mixture_distribution.distributions[0]
            uniforms = random.random((24, 2))
            kernel = np.minimum(good, np.floor(uniforms[:, 0] * (good + 1)).astype(int))
            mu, sigma = np.broadcast_to(kernels.mu, good + 1)[kernel], np.broadcast_to(kernels.sigma, good + 1)[kernel]
            drawn = stats.truncnorm.ppf(uniforms[:, 1], -mu / sigma, (1 - mu) / sigma, mu, sigma)
            worth = dense.log_pdf({"x": drawn}) - sparse.log_pdf({"x": drawn})
            yield {"places": places.tolist(), "scores": scores.tolist(), "uniforms": uniforms.ravel().tolist(), "suggestion": drawn[np.argmax(worth)]}


def promotions():
    """Who may go on by Optuna's rule, once so many have come to a rung."""
    for reduction in (2, 3, 4, 49):
        values = random.random(3 * reduction + 2).tolist()
        for over in range(reduction, len(values) + 1):
            promoted = [trial for trial in range(over) if _is_trial_promotable_to_next_rung(values[trial], values[:over], reduction, StudyDirection.MAXIMIZE)]
            if over in (reduction, 2 * reduction - 1, 2 * reduction, len(values)):
                yield {"reduction": reduction, "values": values[:over], "promoted": promoted}


document = {
    "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "scikit-learn": sklearn.__version__, "optuna": optuna.__version__},
    "tTests": [{"name": name, "differences": values.tolist(), "cases": t_tests(values)} for name, values in differences()],
    "wilcoxon": list(wilcoxons()),
    "bootstrap": list(bootstraps()),
    "holm": list(holms()),
    "wilson": list(wilsons()),
    "clusterings": list(clusterings()),
    "suggestions": list(suggestions()),
    "promotions": list(promotions()),
}
Path(__file__).with_suffix(".json").write_text("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in document.items()) + "\n}\n")
