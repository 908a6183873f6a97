"""Writes references.json: what torchvision and Pillow make of two small images.

    pip install torch torchvision pillow numpy
    python write-references.py

Every case is an entry of a spec's list whose parameters leave nothing to chance (a range of one value), and the call of
torchvision or Pillow that it stands for. Images are bytes, row-major [height, width, channels], in base64.
"""

import base64
import io
import json
import math
import os

import numpy as np
import PIL
import torch
import torchvision
import torchvision.transforms.functional as F
from PIL import Image, ImageEnhance, ImageOps
from torchvision.transforms import InterpolationMode as Mode

rng = np.random.default_rng(26)
height, width = 22, 30
y, x = np.mgrid[0:height, 0:width]
smooth = np.stack([128 + 100 * np.sin(x / 4 + y / 9), 8 * x, 255 - 10 * y], -1)
color = np.clip(smooth + rng.normal(0, 20, (height, width, 3)), 0, 255).astype(np.uint8)
color[4:9, 5:12] = [250, 10, 30]
gray = color[:, :, 1].copy()
images = {"color": Image.fromarray(color), "gray": Image.fromarray(gray)}
modes = {"nearest": Mode.NEAREST, "bilinear": Mode.BILINEAR, "bicubic": Mode.BICUBIC, "lanczos": Mode.LANCZOS}
steps = ("brightness", "contrast", "saturation", "hue")
adjust = dict(zip(steps, (F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue)))


def jpeg(image, quality):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert(image.mode)


cases = []


def case(use, make, on=("color", "gray"), tolerance=0):
    for name in on:
        array = np.asarray(make(images[name]))
        out = array if array.ndim == 3 else array[:, :, None]
        cases.append(
            {
                "use": use,
                "image": name,
                "tolerance": tolerance,
                "shape": list(out.shape),
                "data": base64.b64encode(np.ascontiguousarray(out)).decode(),
            }
        )


for mode in ("bilinear", "bicubic", "lanczos", "nearest"):
    case({"resize": {"size": 9, "interpolation": mode}}, lambda i: F.resize(i, 9, modes[mode]), ("color",))
    case({"resize": {"size": [41, 17], "interpolation": mode}}, lambda i: F.resize(i, [41, 17], modes[mode]))
for size in (16, 15, [11, 40]):
    case({"center-crop": {"size": size}}, lambda i: F.center_crop(i, size))
# The whole image is the only part of that area and these proportions.
whole = {"size": [12, 20], "scale": [1, 1], "ratio": [width / height, width / height]}
case({"random-resized-crop": whole}, lambda i: F.resized_crop(i, 0, 0, height, width, [12, 20], Mode.BILINEAR))
for mode in ("constant", "edge", "reflect"):
    # As large as the padded image: one place alone.
    use = {"size": [height + 10, width + 10], "padding": 5, "paddingMode": mode, "fill": 7}
    case({"pad-crop": use}, lambda i: F.pad(i, 5, 7 if mode == "constant" else 0, mode))
case({"horizontal-flip": {"p": 1}}, F.hflip)
case({"vertical-flip": {"p": 1}}, F.vflip)
for mode in ("nearest", "bilinear"):
    for angle in (30, -77):
        use = {"degrees": [angle, angle], "interpolation": mode, "fill": 9}
        fill = {"color": [9, 9, 9], "gray": 9}
        for name in images:
            case({"rotate": use}, lambda i: F.rotate(i, angle, modes[mode], fill=fill[name]), (name,), 0 if mode == "nearest" else 1)
    use = {"degrees": [20, 20], "scale": [1.3, 1.3], "shear": [10, 10, -5, -5], "interpolation": mode}
    case({"affine": use}, lambda i: F.affine(i, 20, [0, 0], 1.3, [10, -5], modes[mode]), tolerance=0 if mode == "nearest" else 1)
    case({"affine": {"scale": [0.7, 0.7], "interpolation": mode}}, lambda i: F.affine(i, 0, [0, 0], 0.7, [0, 0], modes[mode]), tolerance=0 if mode == "nearest" else 1)
for factor in (0.3, 1.7):
    for name in steps[:3]:
        use = {"color-jitter": {name: [factor, factor]}}
        case(use, lambda i: adjust[name](i, factor), ("color", "gray") if name != "saturation" else ("color",))
for turn in (-0.4, -0.1, 0.25, 0.5):
    case({"color-jitter": {"hue": [turn, turn]}}, lambda i: F.adjust_hue(i, turn), ("color",), 1)
case({"grayscale": {"p": 1}}, lambda i: F.rgb_to_grayscale(i, 3), ("color",))
for size, sigma in ((3, 0.5), (7, 1.9)):
    use = {"kernelSize": size, "sigma": [sigma, sigma]}
    case({"blur": use}, lambda i: F.gaussian_blur(i, [size, size], [sigma, sigma]), tolerance=1)
# Other builds of libjpeg round otherwise, and sharp's is not Pillow's.
for quality in (95, 40):
    case({"jpeg": {"quality": [quality, quality]}}, lambda i: jpeg(i, quality), ("color", "gray"), 6)

operations = []


def operation(name, magnitude, make, on=("color", "gray")):
    for image in on:
        array = np.asarray(make(images[image]))
        out = array if array.ndim == 3 else array[:, :, None]
        operations.append(
            {"name": name, "magnitude": magnitude, "image": image, "data": base64.b64encode(np.ascontiguousarray(out)).decode()}
        )


def degrees(slope):
    return math.degrees(math.atan(slope))


for sign in (1, -1):
    operation("shear-x", 0.25 * sign, lambda i: F.affine(i, 0, [0, 0], 1, [degrees(0.25 * sign), 0], center=[0, 0]))
    operation("shear-y", 0.25 * sign, lambda i: F.affine(i, 0, [0, 0], 1, [0, degrees(0.25 * sign)], center=[0, 0]))
    operation("translate-x", 4.6 * sign, lambda i: F.affine(i, 0, [int(4.6 * sign), 0], 1, [0, 0]))
    operation("translate-y", 4.6 * sign, lambda i: F.affine(i, 0, [0, int(4.6 * sign)], 1, [0, 0]))
    operation("rotate", 25 * sign, lambda i: F.rotate(i, 25 * sign))
    for name, make in (("brightness", F.adjust_brightness), ("contrast", F.adjust_contrast), ("sharpness", F.adjust_sharpness)):
        operation(name, 0.6 * sign, lambda i: make(i, 1 + 0.6 * sign))
    operation("color", 0.6 * sign, lambda i: F.adjust_saturation(i, 1 + 0.6 * sign), ("color",))
for bits in (2, 5):
    operation("posterize", bits, lambda i: F.posterize(i, bits))
operation("solarize", 100, lambda i: F.solarize(i, 100))
operation("auto-contrast", 0, F.autocontrast)
operation("equalize", 0, F.equalize)

document = {
    "made": f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}",
    "images": {
        name: {"shape": [height, width, 3 if name == "color" else 1], "data": base64.b64encode(np.asarray(image)).decode()}
        for name, image in images.items()
    },
    "cases": cases,
    "operations": operations,
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "references.json")
with open(path, "w") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
print(len(cases), "cases,", len(operations), "operations")
