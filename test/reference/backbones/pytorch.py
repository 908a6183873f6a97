"""Numbers of trained parameters of the published networks, counted in PyTorch by building their layers from the papers' tables.

    pip install torch==2.13.0 && python test/reference/backbones/pytorch.py

Independent of Ablate: modules of torch.nn alone. Prints one line a network; the tests hold these numbers as literals.
"""

from torch import nn


def count(modules):
    return sum(parameter.numel() for module in modules for parameter in module.parameters() if parameter.requires_grad)


def conv_4(channels):
    for inputs in (channels, 64, 64, 64):
        yield from (nn.Conv2d(inputs, 64, 3), nn.BatchNorm2d(64))


def sphereface(units, features):
    inputs = 3
    for outputs, number in zip((64, 128, 256, 512), units):
        yield from (nn.Conv2d(inputs, outputs, 3), nn.PReLU(outputs))
        for _ in range(2 * number):
            yield from (nn.Conv2d(outputs, outputs, 3), nn.PReLU(outputs))
        inputs = outputs
    yield nn.Linear(features, 512)


def resnet(units, bottleneck, stem):
    yield from (nn.Conv2d(3, 64, stem, bias=False), nn.BatchNorm2d(64))
    inputs = 64
    for stage, number in enumerate(units):
        width = 64 * 2**stage
        outputs = width * (4 if bottleneck else 1)
        for unit in range(number):
            shapes = [(inputs, width, 1), (width, width, 3), (width, outputs, 1)] if bottleneck else [(inputs, width, 3), (width, width, 3)]
            if unit == 0 and (stage > 0 or inputs != outputs):
                shapes.append((inputs, outputs, 1))
            for a, b, size in shapes:
                yield from (nn.Conv2d(a, b, size, bias=False), nn.BatchNorm2d(b))
            inputs = outputs
    yield nn.Linear(inputs, 1000)


def iresnet(units):
    yield from (nn.Conv2d(3, 64, 3, bias=False), nn.BatchNorm2d(64), nn.PReLU(64))
    inputs = 64
    for outputs, number in zip((64, 128, 256, 512), units):
        for unit in range(number):
            yield from (nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, bias=False), nn.BatchNorm2d(outputs), nn.PReLU(outputs))
            yield from (nn.Conv2d(outputs, outputs, 3, bias=False), nn.BatchNorm2d(outputs))
            if unit == 0:
                yield from (nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
            inputs = outputs
    features = nn.BatchNorm1d(512)
    features.weight.requires_grad = False
    yield from (nn.BatchNorm2d(512), nn.Linear(512 * 49, 512), features)


def mobile_facenet():
    def block(inputs, outputs, size, groups=1, slope=True):
        yield from (nn.Conv2d(inputs, outputs, size, groups=groups, bias=False), nn.BatchNorm2d(outputs))
        if slope:
            yield nn.PReLU(outputs)

    yield from block(3, 64, 3)
    yield from block(64, 64, 3, 64)
    inputs = 64
    for expansion, outputs, number in ((2, 64, 5), (4, 128, 1), (2, 128, 6), (4, 128, 1), (2, 128, 2)):
        for _ in range(number):
            wide = inputs * expansion
            yield from block(inputs, wide, 1)
            yield from block(wide, wide, 3, wide)
            yield from block(wide, outputs, 1, slope=False)
            inputs = outputs
    yield from block(128, 512, 1)
    yield from block(512, 512, 7, 512, slope=False)
    yield from block(512, 128, 1, slope=False)


networks = {
    "conv-4 gray": conv_4(1),
    "conv-4 color": conv_4(3),
    **{f"sphereface {layers}": sphereface(units, 512 * 42) for layers, units in {4: (0, 0, 0, 0), 10: (0, 1, 2, 0), 20: (1, 2, 4, 1), 36: (2, 4, 8, 2), 64: (3, 8, 16, 3)}.items()},
    "resnet 18": resnet((2, 2, 2, 2), False, 7),
    "resnet 34": resnet((3, 4, 6, 3), False, 7),
    "resnet 50": resnet((3, 4, 6, 3), True, 7),
    "resnet 18 cifar": resnet((2, 2, 2, 2), False, 3),
    **{f"iresnet {layers}": iresnet(units) for layers, units in {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 14, 3), 100: (3, 13, 30, 3)}.items()},
    "mobile-facenet": mobile_facenet(),
}
for name, modules in networks.items():
    print(f"{name}: {count(modules):,}")
