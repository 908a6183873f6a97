"""Training steps in PyTorch for test/bench: the same nets, batch, losses and optimizer as Ablate's.

usage: pytorch_step.py NET LOSS BATCH THREADS SIDE eager|compile
"""
import math
import sys

import torch
from torch import nn

from answer_lines import answer_lines
from pytorch_nets import backbone_of

net_name, loss_name, batch, threads, side, mode = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
torch.set_num_threads(threads)
torch.manual_seed(1)


backbone, dim = backbone_of(net_name, side)
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


answer_lines(f"PyTorch {torch.__version__}, {mode}", step)
