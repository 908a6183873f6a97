"""Batches of evaluation in PyTorch for test/bench: the same nets and batch as Ablate's, over images in memory.

usage: pytorch_evaluate.py NET BATCH THREADS SIDE
"""
import sys

import torch

from answer_lines import answer_lines
from pytorch_nets import backbone_of

net_name, batch, threads, side = sys.argv[1], *(int(value) for value in sys.argv[2:5])
torch.set_num_threads(threads)
torch.manual_seed(1)
backbone = backbone_of(net_name, side)[0].eval()
images = torch.rand(batch, 1, side, side) * 2 - 1


@torch.inference_mode()
def step():
    backbone(images)


answer_lines(f"PyTorch {torch.__version__}, inference mode", step)
