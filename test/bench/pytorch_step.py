"""Training steps in PyTorch, eager, for test/bench: the same nets, batch, losses and optimiser as Ablate's.

Reads commands from standard input, one a line: `steps N`, and answers each with the milliseconds of every step as JSON.
usage: pytorch_step.py NET LOSS BATCH THREADS
"""
import json
import sys
import time

import torch
from torch import nn

net_name, loss_name, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(1)


def stage(inputs, outputs, convolutions):
    layers = []
    for index in range(convolutions):
        layers += [nn.Conv2d(inputs if index == 0 else outputs, outputs, 5, padding=2), nn.PReLU(outputs)]
    return layers + [nn.MaxPool2d(2, ceil_mode=True)]


def lenet_plus_plus(convolutions):
    return nn.Sequential(*stage(1, 32, convolutions), *stage(32, 64, convolutions), *stage(64, 128, convolutions), nn.Flatten(), nn.Linear(128 * 16, 2), nn.PReLU(2))


nets = {"lenet-plus-plus-3": lambda: lenet_plus_plus(1), "lenet-plus-plus-6": lambda: lenet_plus_plus(2)}
backbone = nets[net_name]()
head = nn.Linear(2, 10)
centers = torch.zeros(10, 2)
decayed = [p for m in (backbone, head) for n, p in m.named_parameters() if p.dim() > 1]
others = [p for m in (backbone, head) for n, p in m.named_parameters() if p.dim() <= 1]
optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}], lr=0.01, momentum=0.9)
images = torch.rand(batch, 1, 28, 28) * 2 - 1
labels = torch.randint(0, 10, (batch,))


def step():
    optimizer.zero_grad(set_to_none=True)
    embedding = backbone(images)
    loss = nn.functional.cross_entropy(head(embedding), labels)
    if loss_name == "softmax+center":
        loss = loss + 0.01 / (2 * batch) * ((embedding - centers[labels]) ** 2).sum()
    loss.backward()
    optimizer.step()
    if loss_name == "softmax+center":
        with torch.no_grad():
            counts = torch.bincount(labels, minlength=10)
            pull = torch.zeros_like(centers).index_add_(0, labels, centers[labels] - embedding.detach())
            centers.sub_(0.5 * pull / (1 + counts).unsqueeze(1))
    return loss.item()


print(json.dumps({"name": f"PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    count = int(line.split()[1])
    times = []
    for _ in range(count):
        began = time.perf_counter()
        step()
        times.append((time.perf_counter() - began) * 1000)
    print(json.dumps(times), flush=True)
