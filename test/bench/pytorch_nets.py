"""Ablate's backbones in PyTorch, for test/bench: the same layers, paddings and embeddings."""
import math

from torch import nn


def lenet_plus_plus(convolutions, side, channels):
    def stage(inputs, outputs):
        layers = []
        for index in range(convolutions):
            layers += [nn.Conv2d(inputs if index == 0 else outputs, outputs, 5, padding=2), nn.PReLU(outputs)]
        return layers + [nn.MaxPool2d(2)]

    return nn.Sequential(*stage(channels, 32), *stage(32, 64), *stage(64, 128), nn.Flatten(), nn.Linear(128 * (side // 8) ** 2, 2), nn.PReLU(2)), 2


def conv_4(side, channels):
    layers = []
    for inputs in (channels, 64, 64, 64):
        layers += [nn.Conv2d(inputs, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten()), 64 * (side // 16) ** 2


class Residual(nn.Module):
    def __init__(self, body, shortcut=None, after=None):
        super().__init__()
        self.body, self.shortcut, self.after = body, shortcut or nn.Identity(), after or nn.Identity()

    def forward(self, x):
        return self.after(self.body(x) + self.shortcut(x))


def sphereface_20(side, channels):
    layers, inputs = [], channels
    for outputs, units in zip((64, 128, 256, 512), (1, 2, 4, 1)):
        layers += [nn.Conv2d(inputs, outputs, 3, 2, 1), nn.PReLU(outputs)]
        for _ in range(units):
            layers.append(Residual(nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1), nn.PReLU(outputs), nn.Conv2d(outputs, outputs, 3, 1, 1), nn.PReLU(outputs))))
        inputs = outputs
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512 * math.ceil(side / 16) ** 2, 512)), 512


def resnet_18(side, channels):
    def normalized(inputs, outputs, size, stride=1):
        return [nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2, bias=False), nn.BatchNorm2d(outputs)]

    layers, inputs = [*normalized(channels, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, outputs in enumerate((64, 128, 256, 512)):
        for unit in range(2):
            stride = 2 if stage > 0 and unit == 0 else 1
            shortcut = nn.Sequential(*normalized(inputs, outputs, 1, stride)) if stride > 1 or inputs != outputs else None
            layers.append(Residual(nn.Sequential(*normalized(inputs, outputs, 3, stride), nn.ReLU(), *normalized(outputs, outputs, 3)), shortcut, nn.ReLU()))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 128)), 128


nets = {
    "lenet-plus-plus-3": lambda *images: lenet_plus_plus(1, *images),
    "lenet-plus-plus-6": lambda *images: lenet_plus_plus(2, *images),
    "conv-4": conv_4,
    "sphereface-20": sphereface_20,
    "resnet-18": resnet_18,
}


def backbone_of(name, side, channels=1):
    """The module for images `[batch, channels, side, side]`, and the columns of its embedding."""
    return nets[name](side, channels)
