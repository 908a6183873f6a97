"""Embeddings by PyTorch's own modules, under the parameter names of insightface's iresnet and torchvision's resnet.

    pip install torch==2.13.0 && python test/reference/backbones/pytorch_outputs.py > test/reference/backbones/pytorch-outputs.json

Weights and images follow a formula of whole numbers, so that the file holds only names, shapes and what came out.
"""

import json

import torch
from torch import nn


def units(count, number):
    """Numbers in [-0.5, 0.5), exact in double precision anywhere."""
    return (torch.arange(count) * 7919 + number * 104729).remainder(65537).double() / 65537 - 0.5


class IBasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, downsample):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs, eps=1e-5)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs, eps=1e-5)
        self.prelu = nn.PReLU(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs, eps=1e-5)
        self.downsample = downsample

    def forward(self, x):
        y = self.bn3(self.conv2(self.prelu(self.bn2(self.conv1(self.bn1(x))))))
        return y + (x if self.downsample is None else self.downsample(x))


class IResNet(nn.Module):
    def __init__(self, units, embedding, side):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64, eps=1e-5)
        self.prelu = nn.PReLU(64)
        inputs = 64
        for stage, number in enumerate(units):
            outputs = 64 * 2**stage
            blocks = []
            for index in range(number):
                down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, 2, bias=False), nn.BatchNorm2d(outputs, eps=1e-5)) if index == 0 else None
                blocks.append(IBasicBlock(inputs, outputs, 2 if index == 0 else 1, down))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.bn2 = nn.BatchNorm2d(512, eps=1e-5)
        self.fc = nn.Linear(512 * side * side, embedding)
        self.features = nn.BatchNorm1d(embedding, eps=1e-5)

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.features(self.fc(torch.flatten(self.bn2(x), 1)))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, downsample):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = downsample

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, units, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        inputs = 64
        for stage, number in enumerate(units):
            outputs = 64 * 2**stage
            blocks = []
            for index in range(number):
                stride = 2 if stage > 0 and index == 0 else 1
                down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)) if stride == 2 else None
                blocks.append(BasicBlock(inputs, outputs, stride, down))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(512, classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def value(name, tensor, number):
    draws = units(tensor.numel(), number).reshape(tensor.shape)
    if name == "features.weight":
        return torch.ones_like(tensor)
    if tensor.dim() > 1:
        return (draws * (12 / tensor[0].numel()) ** 0.5).float()
    if name.endswith("running_mean") or name.endswith("bias"):
        return (0.4 * draws).float()
    return ((0.25 if "prelu" in name else 1) + 0.4 * draws).float()


def case(model, side):
    model.eval()
    tensors = model.state_dict()
    for number, (name, tensor) in enumerate(tensors.items()):
        if tensor.dtype == torch.float32:
            tensor.copy_(value(name, tensor, number))
    images = (2 * units(2 * side * side * 3, 1000)).reshape(2, side, side, 3).float()
    with torch.no_grad():
        output = model(images.permute(0, 3, 1, 2))
    return {"side": side, "tensors": [[name, list(tensor.shape)] for name, tensor in tensors.items()], "output": output.tolist()}


print(json.dumps({
    "made with": f"PyTorch {torch.__version__}",
    "iresnet": case(IResNet((2, 2, 2, 2), 6, 2), 32),
    "resnet": case(ResNet((2, 2, 2, 2), 6), 40),
}))
