"""A loop of PyTorch Lightning whose steps compute next to nothing, for test/bench: the layer, batch and optimizer of overhead.yaml, every
step logged into a CSV file, no checkpoint. Answers with the milliseconds of a step between the steps FROM and TO.

usage: lightning_overhead.py FROM TO FOLDER
"""
import logging
import sys
import time
import warnings

import lightning
import torch
from lightning.pytorch.loggers import CSVLogger
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

first, last, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
warnings.filterwarnings("ignore")
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
torch.set_num_threads(1)
lightning.seed_everything(1, verbose=False)


class Layer(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(144, 10)

    def training_step(self, batch, _):
        images, labels = batch
        loss = nn.functional.cross_entropy(self.dense(images.flatten(1)), labels)
        self.log("loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD([{"params": [self.dense.weight], "weight_decay": 5e-4}, {"params": [self.dense.bias]}], lr=0.01, momentum=0.9)


class Watch(lightning.Callback):
    times = {}

    def on_train_batch_end(self, trainer, *_):
        self.times[trainer.global_step] = time.perf_counter()


loader = DataLoader(TensorDataset(torch.rand(10_000, 1, 12, 12) * 2 - 1, torch.randint(0, 10, (10_000,))), 32, shuffle=True, drop_last=True)
trainer = lightning.Trainer(
    accelerator="cpu", max_steps=last, max_epochs=-1, logger=CSVLogger(folder), log_every_n_steps=1,
    callbacks=[Watch()], enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
)
trainer.fit(Layer(), loader)
print((Watch.times[last] - Watch.times[first]) * 1000 / (last - first))
