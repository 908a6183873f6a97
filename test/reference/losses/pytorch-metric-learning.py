"""Losses of pytorch-metric-learning on one batch: python pytorch-metric-learning.py > pytorch-metric-learning.json"""

import json

import pytorch_metric_learning
import torch
from pytorch_metric_learning import losses, miners

torch.manual_seed(0)
embedding = (torch.randn(8, 4) * 100).round() / 100
labels = torch.tensor([0, 0, 1, 1, 2, 2, 2, 2])


def value(loss, miner=None, rows=8):
    batch = embedding[:rows], labels[:rows]
    return round(float(loss(*batch, *([miner(*batch)] if miner else []))), 6)


triplet = losses.TripletMarginLoss(0.2)
similarity = losses.MultiSimilarityLoss(2, 50, 0.5)
values = {
    "ContrastiveLoss()": value(losses.ContrastiveLoss()),
    "TripletMarginLoss(0.2)": value(triplet),
    "TripletMarginLoss(0.2), BatchHardMiner()": value(triplet, miners.BatchHardMiner()),
    "MultiSimilarityLoss(2, 50, 0.5)": value(similarity),
    "MultiSimilarityLoss(2, 50, 0.5), MultiSimilarityMiner(0.1)": value(similarity, miners.MultiSimilarityMiner(0.1)),
    "NTXentLoss(0.5)": value(losses.NTXentLoss(0.5)),
    "SupConLoss(0.5)": value(losses.SupConLoss(0.5)),
    "LiftedStructureLoss(1)": value(losses.LiftedStructureLoss(1)),
    "GeneralizedLiftedStructureLoss(1)": value(losses.GeneralizedLiftedStructureLoss(1)),
    "NPairsLoss(), two rows a class": value(losses.NPairsLoss(), rows=6),
    "CircleLoss(0.4, 8)": value(losses.CircleLoss(0.4, 8)),
    "MarginLoss(0.2)": value(losses.MarginLoss(0.2)),
    "MarginLoss(0.2, 0.1, learn_beta=True)": value(losses.MarginLoss(0.2, 0.1, learn_beta=True)),
}
print(
    json.dumps(
        {
            "pytorch-metric-learning": pytorch_metric_learning.__version__,
            "torch": torch.__version__,
            "embedding": [[round(number, 2) for number in row] for row in embedding.tolist()],
            "labels": labels.tolist(),
            "values": values,
        },
        indent=1,
    )
)
