"""Batches of live input in PyTorch for test/bench: a DataLoader over torchvision's ImageFolder, with the changes of input.yaml.

A "step" is BATCHES of them from an empty pipeline; the workers stay.
usage: pytorch_input.py FOLDER SIDE BATCH BATCHES WORKERS
"""
import sys

import torch

try:
    import torchvision
except RuntimeError:
    # Built for CUDA, beside a PyTorch for the CPU alone: its compiled operators cannot load, and nothing here uses them.
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision
from torch.utils.data import DataLoader, Subset
from torchvision.transforms import v2

from answer_lines import answer_lines

folder, side, batch, batches, workers = sys.argv[1], *(int(value) for value in sys.argv[2:6])


def main():
    torch.manual_seed(1)
    change = v2.Compose([
        *([v2.Resize(side)] if side != 112 else []),
        v2.RandomHorizontalFlip(),
        v2.RandomCrop(side, padding=4),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize([0.5] * 3, [0.5] * 3),
    ])
    images = torchvision.datasets.ImageFolder(folder, change)
    some = Subset(images, torch.randperm(len(images))[: batch * batches].tolist())
    loader = DataLoader(some, batch, shuffle=True, num_workers=workers, persistent_workers=True)
    answer_lines(f"torchvision {torchvision.__version__}, {workers} workers", lambda: [None for _ in loader])


if __name__ == "__main__":
    main()
