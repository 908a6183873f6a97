"""Parameter groups of timm and six steps of PyTorch with them, written to reference.json beside this file.

    pip install torch==2.14.1 timm==1.0.31 && python test/reference/fine-tuning/reference.py

`layers`: for small nets, each parameter's factor of the rate at layer_decay=0.75 and whether it decays.
`steps`: a perceptron of two hidden layers under a linear classifier. The rate falls by 0.8 from block to block, the first
layer has half of its rate, a decay of its own and is frozen for three steps, biases and slopes decay too, the head has
SGD. Weights and images follow from formulas; kept are the weights after three and six steps.
"""

import json
import math
from pathlib import Path

import torch
from timm.models.convnext import ConvNeXt
from timm.models.resnet import BasicBlock, ResNet
from timm.models.vision_transformer import VisionTransformer
from timm.optim import param_groups_layer_decay

NETS = {
    "vit": VisionTransformer(img_size=32, patch_size=8, embed_dim=12, depth=3, num_heads=3, num_classes=5),
    "vit-mean": VisionTransformer(img_size=32, patch_size=8, embed_dim=12, depth=2, num_heads=3, num_classes=5,
                                  global_pool="avg"),
    "resnet": ResNet(BasicBlock, [1, 2, 1, 1], channels=(4, 6, 8, 10), stem_width=4, num_classes=5),
    "convnext": ConvNeXt(depths=(1, 2, 2, 1), dims=(4, 6, 8, 10), num_classes=5),
}


def layers(net):
    names = {id(value): name for name, value in net.named_parameters()}
    groups = param_groups_layer_decay(net, weight_decay=0.05, layer_decay=0.75)
    return {
        names[id(value)]: [round(group["lr_scale"], 12), group["weight_decay"] > 0]
        for group in groups
        for value in group["params"]
    }


def filled(shape, seed):
    """The same numbers as `filled` of the test."""
    count = math.prod(shape)
    values = [0.3 * math.sin(1.7 * seed + 0.37 * index) for index in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


SHAPES = {
    "backbone/hidden1/kernel": (144, 6), "backbone/hidden1/bias": (6,), "backbone/hidden1/prelu/slope": (6,),
    "backbone/hidden2/kernel": (6, 5), "backbone/hidden2/bias": (5,), "backbone/hidden2/prelu/slope": (5,),
    "backbone/embedding/kernel": (5, 3), "backbone/embedding/bias": (3,),
    "head/classWeights": (4, 3), "head/bias": (4,),
}


def steps():
    weights = {name: filled(shape, seed + 1).requires_grad_() for seed, (name, shape) in enumerate(SHAPES.items())}
    rate = 0.02

    def group(name, multiple, decay):
        return {"params": [weights[name]], "lr": rate * multiple, "weight_decay": decay}

    first, rest, head = [], [], []
    for name in SHAPES:
        if name.startswith("backbone/hidden1/"):
            first.append(group(name, 0.5 * 0.8**2, 0.2))
        elif name.startswith("backbone/"):
            rest.append(group(name, 0.8 if "hidden2" in name else 1, 0.1))
        else:
            head.append(group(name, 3, 0.05 if name.endswith("classWeights") else 0))
    adamw = lambda groups: torch.optim.AdamW(groups, betas=(0.9, 0.99), eps=1e-8)
    first, rest = adamw(first), adamw(rest)
    head = torch.optim.SGD(head, momentum=0.9)
    kept = {}
    for step in range(6):
        images = filled((8, 144), 100 + step)
        labels = torch.tensor([(3 * row + step) % 4 for row in range(8)])
        x = images
        for layer in ("hidden1", "hidden2"):
            x = x @ weights[f"backbone/{layer}/kernel"] + weights[f"backbone/{layer}/bias"]
            x = torch.where(x > 0, x, weights[f"backbone/{layer}/prelu/slope"] * x)
        x = x @ weights["backbone/embedding/kernel"] + weights["backbone/embedding/bias"]
        loss = torch.nn.functional.cross_entropy(x @ weights["head/classWeights"].T + weights["head/bias"], labels)
        for value in weights.values():
            value.grad = None
        loss.backward()
        for optimizer in (first, rest, head) if step >= 3 else (rest, head):
            optimizer.step()
        if step in (2, 5):
            kept[step + 1] = {name: value.flatten().tolist()[:24] for name, value in weights.items()}
    return kept


reference = {
    "versions": {"torch": torch.__version__.split("+")[0]},
    "layers": {name: layers(net) for name, net in NETS.items()},
    "steps": steps(),
}
Path(__file__).with_name("reference.json").write_text(json.dumps(reference, indent=1) + "\n")
