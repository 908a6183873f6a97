"""Value and gradient of a loss of pytorch-metric-learning, for the bench `pairs`.

usage: pairs_peer.py LOSS ROWS THREADS
"""
import sys

import pytorch_metric_learning
import torch
from pytorch_metric_learning import losses

from answer_lines import answer_lines

name, rows, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(1)
made = {
    "contrastive": lambda: losses.ContrastiveLoss(pos_margin=0, neg_margin=1),
    "triplet": lambda: losses.TripletMarginLoss(margin=0.05),
    "multi-similarity": lambda: losses.MultiSimilarityLoss(alpha=2, beta=50, base=0.5),
    "supervised-contrastive": lambda: losses.SupConLoss(temperature=0.1),
    "nt-xent": lambda: losses.NTXentLoss(temperature=0.07),
    "circle": lambda: losses.CircleLoss(m=0.25, gamma=256),
    "fast-ap": lambda: losses.FastAPLoss(num_bins=10),
    "smooth-ap": lambda: losses.SmoothAPLoss(temperature=0.01),
    "ranked-list": lambda: losses.RankedListLoss(margin=0.4, Tn=10),
    "lifted-structure": lambda: losses.GeneralizedLiftedStructureLoss(neg_margin=1, pos_margin=0),
}
loss = made[name]()
embedding = torch.randn(rows, 128, requires_grad=True)
labels = torch.arange(rows) // 4


def step():
    embedding.grad = None
    loss(embedding, labels).backward()
    return embedding.grad


answer_lines(f"pytorch-metric-learning {pytorch_metric_learning.__version__}, PyTorch {torch.__version__}", step)
