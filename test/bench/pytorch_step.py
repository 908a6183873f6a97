"""Training steps in PyTorch for test/bench: the same nets, batch, losses and optimiser as Ablate's.

Reads commands from standard input, one a line: `steps N`, and answers each with the milliseconds of every step as JSON.
usage: pytorch_step.py NET LOSS BATCH THREADS SIDE eager|compile
"""
import json
import math
import sys
import time

import torch
from torch import nn

net_name, loss_name, batch, threads, side, mode = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
torch.set_num_threads(threads)
torch.manual_seed(1)


def lenet_plus_plus(convolutions):
    def stage(inputs, outputs):
        layers = []
        for index in range(convolutions):
            layers += [nn.Conv2d(inputs if index == 0 else outputs, outputs, 5, padding=2), nn.PReLU(outputs)]
        return layers + [nn.MaxPool2d(2)]

    return nn.Sequential(*stage(1, 32), *stage(32, 64), *stage(64, 128), nn.Flatten(), nn.Linear(128 * (side // 8) ** 2, 2), nn.PReLU(2)), 2


def conv_4():
    layers = []
    for inputs in (1, 64, 64, 64):
        layers += [nn.Conv2d(inputs, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten()), 64 * (side // 16) ** 2


class Residual(nn.Module):
    def __init__(self, body, shortcut=None, after=None):
        super().__init__()
        self.body, self.shortcut, self.after = body, shortcut or nn.Identity(), after or nn.Identity()

    def forward(self, x):
        return self.after(self.body(x) + self.shortcut(x))


def sphereface_20():
    layers, inputs = [], 1
    for outputs, units in zip((64, 128, 256, 512), (1, 2, 4, 1)):
        layers += [nn.Conv2d(inputs, outputs, 3, 2, 1), nn.PReLU(outputs)]
        for _ in range(units):
            layers.append(Residual(nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1), nn.PReLU(outputs), nn.Conv2d(outputs, outputs, 3, 1, 1), nn.PReLU(outputs))))
        inputs = outputs
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512 * math.ceil(side / 16) ** 2, 512)), 512


def resnet_18():
    def normalised(inputs, outputs, size, stride=1):
        return [nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2, bias=False), nn.BatchNorm2d(outputs)]

    layers, inputs = [*normalised(1, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, outputs in enumerate((64, 128, 256, 512)):
        for unit in range(2):
            stride = 2 if stage > 0 and unit == 0 else 1
            shortcut = nn.Sequential(*normalised(inputs, outputs, 1, stride)) if stride > 1 or inputs != outputs else None
            layers.append(Residual(nn.Sequential(*normalised(inputs, outputs, 3, stride), nn.ReLU(), *normalised(outputs, outputs, 3)), shortcut, nn.ReLU()))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 128)), 128


nets = {"lenet-plus-plus-3": lambda: lenet_plus_plus(1), "lenet-plus-plus-6": lambda: lenet_plus_plus(2), "conv-4": conv_4, "sphereface-20": sphereface_20, "resnet-18": resnet_18}
backbone, dim = nets[net_name]()
head = nn.Linear(dim, 10, bias=loss_name != "arcface")
centers = torch.zeros(10, dim)
decayed = [p for m in (backbone, head) for n, p in m.named_parameters() if p.dim() > 1]
others = [p for m in (backbone, head) for n, p in m.named_parameters() if p.dim() <= 1]
optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}], lr=0.01, momentum=0.9)
images = torch.rand(batch, 1, side, side) * 2 - 1
labels = torch.randint(0, 10, (batch,))


def arcface(embedding):
    """Deng et al., CVPR 2019, eq. 3, with s = 64 and m = 0.5."""
    cosine = nn.functional.linear(nn.functional.normalize(embedding), nn.functional.normalize(head.weight))
    own = cosine.gather(1, labels[:, None])
    sine = (1 - own * own).clamp(min=0).sqrt()
    margined = torch.where(own > math.cos(math.pi - 0.5), own * math.cos(0.5) - sine * math.sin(0.5), own - 0.5 * math.sin(0.5))
    return 64 * cosine.scatter(1, labels[:, None], margined)


def forward():
    embedding = backbone(images)
    loss = nn.functional.cross_entropy(arcface(embedding) if loss_name == "arcface" else head(embedding), labels)
    if loss_name == "softmax+center":
        loss = loss + 0.01 / (2 * batch) * ((embedding - centers[labels]) ** 2).sum()
    return loss, embedding


if mode == "compile":
    forward = torch.compile(forward)


def step():
    optimizer.zero_grad(set_to_none=True)
    loss, embedding = forward()
    loss.backward()
    optimizer.step()
    if loss_name == "softmax+center":
        with torch.no_grad():
            counts = torch.bincount(labels, minlength=10)
            pull = torch.zeros_like(centers).index_add_(0, labels, centers[labels] - embedding.detach())
            centers.sub_(0.5 * pull / (1 + counts).unsqueeze(1))
    return loss.item()


print(json.dumps({"name": f"PyTorch {torch.__version__}, {mode}"}), flush=True)
for line in sys.stdin:
    count = int(line.split()[1])
    times = []
    for _ in range(count):
        began = time.perf_counter()
        step()
        times.append((time.perf_counter() - began) * 1000)
    print(json.dumps(times), flush=True)
