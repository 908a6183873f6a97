"""Partial FC in PyTorch for test/bench: one process, as An et al. (CVPR 2022) have it on each of theirs, with CosFace and SGD with momentum.

COLUMNS 0: all classes, dense.
usage: scale_peer.py CLASSES COLUMNS DIM BATCH THREADS
"""
import sys

import torch
from torch import nn
from torch.nn import functional as F

from answer_lines import answer_lines

classes, columns, dim, batch, threads = (int(value) for value in sys.argv[1:6])
torch.set_num_threads(threads)
torch.manual_seed(1)
backbone = nn.Linear(64, dim)
limit = (6 / (dim + classes)) ** 0.5
weight = torch.empty(classes, dim).uniform_(-limit, limit)
momentum = torch.zeros(classes, dim)
settings = {"lr": 0.01, "momentum": 0.9, "weight_decay": 5e-4}
optimizer = torch.optim.SGD(backbone.parameters(), **settings)
dense = nn.Parameter(weight) if columns == 0 else None
if dense is not None:
    optimizer.add_param_group({"params": [dense], **settings})
images = torch.rand(batch, 64) * 2 - 1


def sample(labels):
    positive = torch.unique(labels, sorted=True)
    chance = torch.rand(classes)
    chance[positive] = 2.0
    index = torch.topk(chance, k=max(columns, len(positive)))[1].sort()[0]
    return index, torch.searchsorted(index, labels)


def cosface(embedding, rows, target):
    cosine = F.linear(F.normalize(embedding), F.normalize(rows))
    margin = torch.zeros_like(cosine)
    margin[torch.arange(batch), target] = 0.4
    return F.cross_entropy((cosine - margin) * 64, target)


def step():
    labels = torch.randint(0, classes, (batch,))
    optimizer.zero_grad(set_to_none=True)
    if dense is not None:
        loss = cosface(backbone(images), dense, labels)
        loss.backward()
        optimizer.step()
        return loss.item()
    index, target = sample(labels)
    rows = nn.Parameter(weight[index])
    own = torch.optim.SGD([rows], **settings)
    own.state[rows]["momentum_buffer"] = momentum[index]
    loss = cosface(backbone(images), rows, target)
    loss.backward()
    optimizer.step()
    own.step()
    with torch.no_grad():
        weight[index] = rows
        momentum[index] = own.state[rows]["momentum_buffer"]
    return loss.item()


answer_lines(f"PyTorch {torch.__version__}", step)
