"""Fifty steps of PyTorch's and timm's optimizers and schedules, written to reference.json beside this file.

    pip install torch==2.14.1 timm==1.0.31 && python test/reference/optimizers/reference.py

Two parameters: `kernel` decays, `bias` does not (a parameter group with weight_decay=0). The gradient of step t is
curvature * (weights - target) + noise[t], so that it depends on the path taken. Weights are kept after 1, 10 and 50 steps. SAM, which
neither library has, is written out here (Foret et al., ICLR 2021, eq. 2 and 3) around torch.optim.SGD.
"""

import json
from pathlib import Path

import timm
import torch
from timm.optim import Adan, Lamb, Lars, Lion, Lookahead
from timm.utils.agc import adaptive_clip_grad
from torch.optim import SGD, Adam, RAdam, RMSprop
from torch.optim import lr_scheduler as schedulers

STEPS, KEPT = 50, (1, 10, 50)
generator = torch.Generator().manual_seed(7)
draw = lambda *shape: (torch.randn(*shape, generator=generator, dtype=torch.float64) * 256).round() / 256
SHAPES = {"kernel": (4, 3), "bias": (3,)}
START = {name: draw(*shape) for name, shape in SHAPES.items()}
TARGET = {name: draw(*shape) for name, shape in SHAPES.items()}
CURVATURE = {name: draw(*shape).abs() for name, shape in SHAPES.items()}
NOISE = {name: draw(STEPS, *shape) / 4 for name, shape in SHAPES.items()}
RATES = [0.02 * (1 - step / 100) for step in range(STEPS)]

CASES = [
    ("rmsprop", RMSprop, {}, {}),
    ("rmsprop", RMSprop, {"decay": 0.9, "epsilon": 0.001, "momentum": 0.9, "centered": True, "weightDecay": 0.1},
     {"alpha": 0.9, "eps": 0.001, "momentum": 0.9, "centered": True, "weight_decay": 0.1}),
    ("radam", RAdam, {}, {}),
    ("radam", RAdam, {"beta1": 0.8, "beta2": 0.9, "weightDecay": 0.1}, {"betas": (0.8, 0.9), "weight_decay": 0.1}),
    ("radam", RAdam, {"beta2": 0.95, "weightDecay": 0.1, "decay": "decoupled"},
     {"betas": (0.9, 0.95), "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("lion", Lion, {}, {}),
    ("lion", Lion, {"beta1": 0.8, "beta2": 0.9, "weightDecay": 0.5}, {"betas": (0.8, 0.9), "weight_decay": 0.5}),
    ("adan", Adan, {}, {}),
    ("adan", Adan, {"beta1": 0.9, "beta2": 0.8, "beta3": 0.95, "weightDecay": 0.1},
     {"betas": (0.9, 0.8, 0.95), "weight_decay": 0.1}),
    ("lamb", Lamb, {}, {"max_grad_norm": None}),
    ("lamb", Lamb, {"beta1": 0.8, "beta2": 0.95, "epsilon": 0.001, "weightDecay": 0.1, "alwaysAdapt": True},
     {"betas": (0.8, 0.95), "eps": 0.001, "weight_decay": 0.1, "always_adapt": True, "max_grad_norm": None}),
    ("lars", Lars, {"weightDecay": 0.01}, {"momentum": 0.9, "weight_decay": 0.01}),
    ("lars", Lars, {"momentum": 0.5, "nesterov": True, "trust": 0.02, "weightDecay": 0.1, "alwaysAdapt": True},
     {"momentum": 0.5, "nesterov": True, "trust_coeff": 0.02, "weight_decay": 0.1, "always_adapt": True}),
]


def parameters():
    weights = {name: value.clone().requires_grad_() for name, value in START.items()}
    return weights, [{"params": [weights["kernel"]]}, {"params": [weights["bias"]], "weight_decay": 0}]


def gradient(name, value, step):
    return CURVATURE[name] * (value.detach() - TARGET[name]) + NOISE[name][step]


def run(weights, optimizer, before=lambda: None, step_of=None):
    kept = {}
    for step, rate in enumerate(RATES):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for name, value in weights.items():
            value.grad = gradient(name, value, step)
        before()
        (step_of or (lambda _: optimizer.step()))(step)
        if step + 1 in KEPT:
            kept[step + 1] = {name: value.tolist() for name, value in weights.items()}
    return kept


def plain(make, theirs):
    weights, groups = parameters()
    return run(weights, make(groups, lr=RATES[0], **theirs))


def lookahead(make, theirs, **own):
    weights, groups = parameters()
    optimizer = Lookahead(make(groups, lr=RATES[0], **theirs), **own)

    def step_of(step):
        optimizer.step()
        if step == 0:  # timm's slow weights begin at the first synchronization, the paper's (algorithm 1) at the start
            for name, value in weights.items():
                optimizer._base_optimizer.state[value]["lookahead_slow_buff"] = START[name].clone()

    return run(weights, optimizer, step_of=step_of)


def sam(rho, adaptive, theirs):
    weights, groups = parameters()
    optimizer = SGD(groups, lr=RATES[0], **theirs)

    def step_of(step):
        scale = {name: value.detach().abs() if adaptive else torch.ones_like(value) for name, value in weights.items()}
        norm = torch.sqrt(sum(((scale[name] * value.grad) ** 2).sum() for name, value in weights.items()))
        for name, value in weights.items():
            start = value.detach().clone()
            value.grad = gradient(name, start + rho * scale[name] ** 2 * value.grad / (norm + 1e-12), step)
        optimizer.step()

    return run(weights, optimizer, step_of=step_of)


def agc(factor, epsilon):
    # timm's units are the first axis, as PyTorch's kernels have it; here they are the last.
    weights, _ = parameters()
    turned = weights["kernel"].detach().T.contiguous().requires_grad_()
    optimizer = SGD([weights["kernel"], weights["bias"]], lr=RATES[0])

    def before():
        with torch.no_grad():
            turned.copy_(weights["kernel"].T)
        turned.grad = weights["kernel"].grad.T.contiguous()
        adaptive_clip_grad([turned, weights["bias"]], factor, epsilon)
        weights["kernel"].grad = turned.grad.T.contiguous()

    return run(weights, optimizer, before)


cases = [{"optimizer": name, "options": options, "kept": plain(make, theirs)} for name, make, options, theirs in CASES]
cases += [
    {"optimizer": "lookahead", "options": {"around": {"sgd": {"momentum": 0.9, "weightDecay": 0.1}}},
     "kept": lookahead(SGD, {"momentum": 0.9, "weight_decay": 0.1})},
    {"optimizer": "lookahead", "options": {"around": "adam", "steps": 4, "share": 0.8},
     "kept": lookahead(Adam, {}, k=4, alpha=0.8)},
    {"optimizer": "sam", "options": {"around": {"sgd": {"momentum": 0.9}}}, "kept": sam(0.05, False, {"momentum": 0.9})},
    {"optimizer": "sam", "options": {"around": {"sgd": {"weightDecay": 0.1}}, "radius": 0.5, "adaptive": True},
     "kept": sam(0.5, True, {"weight_decay": 0.1})},
]

PER_EPOCH = 5
SERIES = [0.1, 0.3, 0.3, 0.30001, 0.29, 0.5, 0.5, 0.5, 0.49, 0.5]


def rates(make, by="step", scores=None):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler = make(optimizer)
    found = []
    for step in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if by == "step":
            scheduler.step()
        elif by == "share":
            scheduler.step((step + 1) / PER_EPOCH)
        elif (step + 1) % PER_EPOCH == 0:
            scheduler.step(*([scores[step // PER_EPOCH]] if scores else []))
    return found


schedules = [
    ("linear", {"rate": 0.5, "finalRate": 0.05}, rates(lambda o: schedulers.LinearLR(o, 1, 0.1, STEPS))),
    ("polynomial", {"rate": 0.5, "power": 2}, rates(lambda o: schedulers.PolynomialLR(o, STEPS, 2))),
    ("exponential", {"rate": 0.5, "factor": 0.8}, rates(lambda o: schedulers.ExponentialLR(o, 0.8), "epoch")),
    ("one-cycle", {"rate": 0.5},
     rates(lambda o: schedulers.OneCycleLR(o, 0.5, STEPS, cycle_momentum=False))),
    ("one-cycle", {"rate": 0.5, "rise": 0.4, "initialDivisor": 10, "finalDivisor": 100, "shape": "linear"},
     rates(lambda o: schedulers.OneCycleLR(o, 0.5, STEPS, pct_start=0.4, anneal_strategy="linear", div_factor=10,
                                           final_div_factor=100, cycle_momentum=False))),
    ("restarts", {"rate": 0.5, "epochs": 2, "growth": 2, "finalRate": 0.01},
     rates(lambda o: schedulers.CosineAnnealingWarmRestarts(o, 2, 2, 0.01), "share")),
    ("restarts", {"rate": 0.5, "epochs": 3}, rates(lambda o: schedulers.CosineAnnealingWarmRestarts(o, 3), "share")),
    ("sequence", {"of": [{"linear": {"rate": 0.05, "finalRate": 0.5}}, {"cosine": {"rate": 0.5}}], "at": [2]},
     rates(lambda o: schedulers.SequentialLR(
         o, [schedulers.LinearLR(o, 0.1, 1, 10), schedulers.CosineAnnealingLR(o, 40)], [10]))),
    ("plateau", {"rate": 0.5, "metric": "validation/accuracy", "patience": 1, "factor": 0.5},
     rates(lambda o: schedulers.ReduceLROnPlateau(o, "max", 0.5, 1), "epoch", SERIES)),
    ("plateau", {"rate": 0.5, "metric": "validation/loss", "mode": "min", "patience": 0, "factor": 0.5, "threshold": 0.1,
                 "thresholdMode": "absolute", "cooldown": 2, "minRate": 0.1},
     rates(lambda o: schedulers.ReduceLROnPlateau(o, "min", 0.5, 0, 0.1, "abs", 2, 0.1), "epoch", SERIES)),
]

tensors = lambda values: {name: value.tolist() for name, value in values.items()}
document = {
    "torch": torch.__version__.split("+")[0],
    "timm": timm.__version__,
    "start": tensors(START),
    "target": tensors(TARGET),
    "curvature": tensors(CURVATURE),
    "noise": tensors(NOISE),
    "rates": RATES,
    "cases": cases,
    "agc": [{"factor": factor, "epsilon": epsilon, "kept": agc(factor, epsilon)} for factor, epsilon in [(0.01, 0.001), (0.5, 0.1)]],
    "schedules": [{"schedule": name, "options": options, "rates": found} for name, options, found in schedules],
    "perEpoch": PER_EPOCH,
    "validation": SERIES,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(document) + "\n")
