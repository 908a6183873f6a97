"""Steps of PyTorch's optimizers, written to pytorch.json beside this file.

    pip install torch==2.13.0 && python test/reference/optimizers/pytorch.py

Two parameters: `kernel` decays, `bias` does not (a parameter group with weight_decay=0); where `rateMultiple` is given, the bias learns at
that multiple. The gradient of step t is (t + 1) · gradients[name] - weights / 2, so that it depends on the path taken.
"""

import json
from pathlib import Path

import torch

START = {"kernel": [[0.5, -1.25, 2.0], [0.0, 0.75, -0.125]], "bias": [0.25, -0.5, 1.0]}
GRADIENTS = {"kernel": [[0.1, -0.2, 0.05], [0.3, 0.0, -0.4]], "bias": [-0.5, 0.25, 0.125]}
RATES = [0.1, 0.1, 0.05, 0.05, 0.01]
CASES = [
    ("sgd", {}, {}, 1),
    ("sgd", {"momentum": 0.9}, {"momentum": 0.9}, 1),
    ("sgd", {"momentum": 0.9, "weightDecay": 0.01}, {"momentum": 0.9, "weight_decay": 0.01}, 1),
    ("sgd", {"momentum": 0.5, "nesterov": True, "weightDecay": 0.1}, {"momentum": 0.5, "nesterov": True, "weight_decay": 0.1}, 3),
    ("adam", {}, {}, 1),
    ("adam", {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.001, "weightDecay": 0.1}, {"betas": (0.5, 0.9), "eps": 0.001, "weight_decay": 0.1}, 3),
    ("adamw", {}, {}, 1),
    ("adamw", {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.001, "weightDecay": 0.1}, {"betas": (0.5, 0.9), "eps": 0.001, "weight_decay": 0.1}, 3),
]
MAKERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def run(name, options, multiple):
    weights = {key: torch.tensor(value, dtype=torch.float64, requires_grad=True) for key, value in START.items()}
    groups = [{"params": [weights["kernel"]]}, {"params": [weights["bias"]], "weight_decay": 0}]
    optimizer = MAKERS[name](groups, lr=RATES[0], **options)
    for step, rate in enumerate(RATES):
        optimizer.param_groups[0]["lr"] = rate
        optimizer.param_groups[1]["lr"] = rate * multiple
        for key, value in weights.items():
            value.grad = (step + 1) * torch.tensor(GRADIENTS[key], dtype=torch.float64) - value.detach() / 2
        optimizer.step()
    return {key: value.tolist() for key, value in weights.items()}


cases = [
    {"optimizer": name, "options": options, "rateMultiple": multiple, "expected": run(name, theirs, multiple)}
    for name, options, theirs, multiple in CASES
]
document = {"torch": torch.__version__, "start": START, "gradients": GRADIENTS, "rates": RATES, "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
