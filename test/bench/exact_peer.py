"""A step of a large batch in one piece with a loss of pytorch-metric-learning, for the bench `exact`: the same net and optimizer as Ablate's.

usage: exact_peer.py LOSS IMAGES THREADS
"""
import sys

import pytorch_metric_learning
import torch
from pytorch_metric_learning import losses, miners
from torch import nn

from answer_lines import answer_lines
from pytorch_nets import lenet_plus_plus

name, images, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(1)
net, _ = lenet_plus_plus(1, 28, 1)
net = nn.Sequential(*list(net)[:-2], nn.Linear(128 * 9, 64), nn.PReLU(64))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
batch = torch.rand(images, 1, 28, 28) * 2 - 1
labels = torch.arange(images) // 16
made = {
    "triplet": lambda: losses.TripletMarginLoss(margin=0.2),
    "multi-similarity": lambda: losses.MultiSimilarityLoss(alpha=2, beta=50, base=0.5),
    "supervised-contrastive": lambda: losses.SupConLoss(temperature=0.1),
    "smooth-ap": lambda: losses.SmoothAPLoss(temperature=0.01),
}
loss = made[name]()
miner = miners.BatchHardMiner() if name == "triplet" else None


def step():
    optimizer.zero_grad(set_to_none=True)
    embedding = net(batch)
    value = loss(embedding, labels, miner(embedding, labels)) if miner else loss(embedding, labels)
    value.backward()
    optimizer.step()
    return value.item()


answer_lines(f"pytorch-metric-learning {pytorch_metric_learning.__version__}, PyTorch {torch.__version__}", step)
