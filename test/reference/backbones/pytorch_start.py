"""The numbers that PyTorch's layers begin with: their largest magnitude and their deciles, kernel and bias apart.

    pip install torch==2.13.0 && python test/reference/backbones/pytorch_start.py > test/reference/backbones/pytorch-start.json

Biases are few, so those of many layers are put together.
"""

import json

import torch
from torch import nn

torch.manual_seed(1)


def described(values):
    values = values.detach().double().flatten()
    deciles = torch.quantile(values, torch.arange(1, 10).double() / 10)
    return {"largest": values.abs().max().item(), "deciles": [round(one, 5) for one in deciles.tolist()]}


def layer(make, repeats):
    made = [make() for _ in range(repeats)]
    kernels = torch.cat([one.weight.flatten() for one in made])
    biases = torch.cat([one.bias.flatten() for one in made])
    return {"kernel": described(kernels), "bias": described(biases)}


def constant(module, names):
    values = {name: getattr(module, name) for name in names}
    return {name: [value.min().item(), value.max().item()] for name, value in values.items()}


print(
    json.dumps(
        {
            "torch": torch.__version__.split("+")[0],
            "layers": {
                "convolution": {"channels": [8, 64], "size": 5, **layer(lambda: nn.Conv2d(8, 64, 5), 300)},
                "depthwise": {"channels": 64, "size": 3, **layer(lambda: nn.Conv2d(64, 64, 3, groups=64), 300)},
                "dense": {"inputs": 100, "outputs": 64, **layer(lambda: nn.Linear(100, 64), 300)},
            },
            "constant": {
                "batchNormalization": constant(nn.BatchNorm2d(4), ["weight", "bias", "running_mean", "running_var"]),
                "layerNormalization": constant(nn.LayerNorm(4), ["weight", "bias"]),
                "prelu": constant(nn.PReLU(4), ["weight"]),
            },
        },
        indent=1,
    )
)
