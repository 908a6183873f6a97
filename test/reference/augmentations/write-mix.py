# python3 write-mix.py TIMM/data/mixup.py > mix.json, with torch 2.13.0, numpy and that file of timm 1.0.31: what its Mixup makes
# of a batch in the mode `batch`. The file alone is loaded: the package asks for torchvision, which it does not need here.
import importlib.util, json, sys
import numpy as np, torch
spec = importlib.util.spec_from_file_location('mixup', sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
Mixup = module.Mixup
cases = []
boxes = []
plain = module.cutmix_bbox_and_lam
def heard(*args, **kwargs):
    found = plain(*args, **kwargs)
    boxes.append([int(side) for side in found[0]])
    return found
module.cutmix_bbox_and_lam = heard
batch, channels, height, width = 4, 2, 5, 6
for seed, (mixup, cutmix) in enumerate([(0.8, 0.0), (0.0, 1.0), (0.0, 0.4), (0.3, 0.0), (0.0, 1.0)]):
    np.random.seed(seed)
    pixels = np.round(np.random.rand(batch, height, width, channels), 3).astype(np.float32)
    boxes.clear()
    mix = Mixup(mixup_alpha=mixup, cutmix_alpha=cutmix, prob=1.0, mode='batch', label_smoothing=0.0, num_classes=4)
    x = torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy())
    mixed, target = mix(x, torch.arange(batch))
    cases.append({
        'kind': 'cutmix' if boxes else 'mixup', 'pixels': [round(float(v), 3) for v in pixels.ravel()], 'share': float(target[0, 0]),
        'box': boxes[0] if boxes else None, 'target': target.tolist(),
        'mixed': [round(v, 6) for v in mixed.numpy().transpose(0, 2, 3, 1).ravel().tolist()],
    })
json.dump({'timm': '1.0.31', 'shape': [height, width, channels], 'cases': cases}, sys.stdout)
