"""Trains Ablate's runs of experiments/open-set once more, with PyTorch and pytorch-metric-learning, for test/bench/open-set.ts.

The same images, split, net, initial distributions, batches (P classes x K images), optimizer, schedule and number of steps; the random
numbers are its own. Losses are those of pytorch-metric-learning; it has no center loss and no annealing of SphereFace's margin, which are written here.
usage: open_set_peer.py DATA RUNS   (safetensors with trainImages, trainLabels, testImages, testLabels; JSON list of runs)
Writes each run's test embeddings to its `file` and prints its Recall@1 and MAP@R by pytorch-metric-learning's AccuracyCalculator, one JSON a line.
"""
import json
import math
import sys
import time

import numpy
import torch
from pytorch_metric_learning import distances, losses, miners, reducers, samplers
from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
from pytorch_metric_learning.utils.common_functions import TorchInitWrapper
from pytorch_metric_learning.utils.inference import CustomKNN
from safetensors.torch import load_file, save_file
from torch import nn


def conv_4(channels, embedding, shape):
    height, width, inputs = shape
    layers = []
    for block in range(4):
        layers += [nn.Conv2d(inputs if block == 0 else channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU(), nn.MaxPool2d(2)]
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear((height // 16) * (width // 16) * channels, embedding))
    for layer in net:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return net


class Softmax(nn.Module):
    def __init__(self, classes, dim):
        super().__init__()
        self.linear = nn.Linear(dim, classes)
        nn.init.xavier_uniform_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, embedding, labels):
        return nn.functional.cross_entropy(self.linear(embedding), labels)


class Center(nn.Module):
    """Wen et al., ECCV 2016: equation 2 over the batch's mean; the centers by equation 4, from 0."""

    def __init__(self, classes, dim, options):
        super().__init__()
        assert options["update"] == "paper" and options["reduction"] == "mean"
        self.weight, self.alpha = options["lambda"], options["alpha"]
        self.register_buffer("centers", torch.zeros(classes, dim))

    def forward(self, embedding, labels):
        return self.weight / 2 * ((embedding - self.centers[labels]) ** 2).sum(dim=1).mean()

    @torch.no_grad()
    def update(self, embedding, labels):
        counts = torch.bincount(labels, minlength=len(self.centers)).unsqueeze(1)
        pull = torch.zeros_like(self.centers).index_add_(0, labels, self.centers[labels] - embedding)
        self.centers -= self.alpha * pull / (1 + counts)


class AnnealedSphereFace(losses.SphereFaceLoss):
    """SphereFace with the released code's annealing: the target's logit is (lambda cos + psi) / (1 + lambda)."""

    def __init__(self, *args, annealing, **kwargs):
        super().__init__(*args, **kwargs)
        self.annealing, self.step = annealing, 0

    def modify_cosine_of_target_classes(self, cosine):
        a = self.annealing
        share = max(a["lambdaMin"], a["lambdaBase"] * (1 + a["gamma"] * self.step) ** -a["power"])
        self.step += 1
        return (share * cosine + super().modify_cosine_of_target_classes(cosine)) / (1 + share)


class Triplet(nn.Module):
    def __init__(self, options):
        super().__init__()
        distance = distances.LpDistance(normalize_embeddings=options["normalize"], power=2 if options["distance"] == "squared" else 1)
        mining = options["mining"]
        assert options["distance"] != "cosine" and mining != "semi-hard"
        self.miner = miners.BatchHardMiner(distance=distance) if mining == "batch-hard" else None
        reducer = reducers.AvgNonZeroReducer() if options["reduction"] == "nonzero-mean" else reducers.MeanReducer()
        self.loss = losses.TripletMarginLoss(margin=options["margin"], smooth_loss=options["softMargin"], distance=distance, reducer=reducer)

    def forward(self, embedding, labels):
        return self.loss(embedding, labels, self.miner(embedding, labels) if self.miner else None)


def loss_of(use, classes, dim):
    name, options = use["plugin"], use["options"]
    common = {"num_classes": classes, "embedding_size": dim, "weight_init_func": TorchInitWrapper(nn.init.xavier_uniform_)}
    if name == "softmax":
        return Softmax(classes, dim)
    if name == "center":
        return Center(classes, dim, options)
    if name == "a-softmax":
        assert options["variant"] == "sphereface" and options["s"] == "norm"
        return AnnealedSphereFace(**common, margin=options["m"], scale=1, annealing=options)
    if name == "cosface":
        return losses.CosFaceLoss(**common, margin=options["m"], scale=options["s"])
    if name == "arcface":
        return losses.ArcFaceLoss(**common, margin=math.degrees(options["m"]), scale=options["s"])
    if name == "triplet":
        return Triplet(options)
    raise ValueError(f"no peer for the loss {name}")


def train(run, images, labels):
    torch.manual_seed(run["seed"])
    numpy.random.seed(run["seed"])  # the sampler draws from NumPy's own stream
    classes, batch, dim = int(labels.max()) + 1, run["batch"], run["backbone"]["embedding"]
    net = conv_4(run["backbone"]["channels"], dim, images.permute(0, 2, 3, 1).shape[1:])
    terms = [loss_of(use, classes, dim) for use in run["losses"]]
    parameters = [*net.parameters(), *(p for term in terms for p in term.parameters())]
    optimizer = torch.optim.Adam(parameters, lr=run["rate"])
    steps_an_epoch = len(labels) // batch
    sampler = samplers.MPerClassSampler(labels, m=run["imagesPerClass"], batch_size=batch, length_before_new_iter=steps_an_epoch * batch)
    steps, step = steps_an_epoch * run["epochs"], 0
    net.train()
    for _ in range(run["epochs"]):
        for rows in torch.tensor(list(sampler)).reshape(-1, batch):
            for group in optimizer.param_groups:
                group["lr"] = run["rate"] * 0.5 * (1 + math.cos(math.pi * step / steps))
            optimizer.zero_grad(set_to_none=True)
            embedding = net(images[rows])
            sum(term(embedding, labels[rows]) for term in terms).backward()
            optimizer.step()
            for term in terms:
                if isinstance(term, Center):
                    term.update(embedding.detach(), labels[rows])
            step += 1
    return net.eval()


def main():
    data = load_file(sys.argv[1])
    with open(sys.argv[2]) as file:
        runs = json.load(file)
    train_images, test_images = (data[name].permute(0, 3, 1, 2).contiguous() for name in ("trainImages", "testImages"))
    calculator = AccuracyCalculator(include=("precision_at_1", "mean_average_precision_at_r"), k="max_bin_count", knn_func=CustomKNN(distances.CosineSimilarity()))
    for run in runs:
        torch.set_num_threads(run["threads"])
        began = time.perf_counter()
        net = train(run, train_images, data["trainLabels"].long())
        seconds = time.perf_counter() - began
        with torch.no_grad():
            embedding = torch.cat([net(part) for part in test_images.split(256)]).contiguous()
        found = calculator.get_accuracy(embedding, data["testLabels"].long())
        save_file({"embedding": embedding}, run["file"], metadata={"recall": repr(found["precision_at_1"]), "map": repr(found["mean_average_precision_at_r"]), "seconds": repr(seconds)})
        print(json.dumps({"name": run["name"], "seconds": seconds, "Recall@1": found["precision_at_1"], "MAP@R": found["mean_average_precision_at_r"]}), flush=True)


main()
