"""SciPy's and statsmodels' answers for the tests that `ablate compare` makes, written to reference.json beside this file.

    pip install scipy==1.17.1 statsmodels && python test/statistics/reference.py

The corrected resampled t test and the Bayesian correlated t test are in neither: their formulas are written out with SciPy's distribution.
Wilcoxon's exact p with ties is SciPy's permutation over all signs. Bootstrap draws are stored, so that the same ones can be drawn again.
"""

import json
from pathlib import Path

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

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
        found = {}
        for method in ("percentile", "BCa"):
            result = stats.bootstrap((values,), np.mean, n_resamples=199, method=method, rng=np.random.default_rng(seed), vectorized=True)
            assert np.allclose(np.sort(result.bootstrap_distribution), np.sort(values[draws].mean(axis=1)))
            found[method.lower()] = [result.confidence_interval.low, result.confidence_interval.high]
        yield {"name": name, "values": values.tolist(), "draws": "".join(np.base_repr(draw, 36) for draw in draws.ravel()), **found}


def holms():
    for values in ([0.01, 0.04, 0.03, 0.005], [0.5], [0.04, 0.04, 0.9, 1.0, 1e-9], list(random.random(15) ** 3)):
        yield {"p": values, "adjusted": multipletests(values, method="holm")[1].tolist()}


document = {
    "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "tTests": [{"name": name, "differences": values.tolist(), "cases": t_tests(values)} for name, values in differences()],
    "wilcoxon": list(wilcoxons()),
    "bootstrap": list(bootstraps()),
    "holm": list(holms()),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
