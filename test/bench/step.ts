import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.ts';
import { paired, type PairedResult } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const losses = {
  softmax: ['losses=[softmax]'],
  'softmax+center': ['losses=[softmax, {center: {lambda: 0.01, alpha: 0.5}}]'],
  arcface: ['head={cosine: {}}', 'losses=[{arcface: {s: 64, m: 0.5}}]'],
};
const backbones = {
  'lenet-plus-plus-3': '{lenet-plus-plus: {embedding: 2, convolutionsPerStage: 1}}',
  'lenet-plus-plus-6': '{lenet-plus-plus: {embedding: 2, convolutionsPerStage: 2}}',
  'conv-4': '{conv-4: {}}',
  'sphereface-20': '{sphereface: {layers: 20}}',
  'resnet-18': '{resnet: {layers: 18}}',
};

interface Case {
  readonly net: keyof typeof backbones;
  readonly loss: keyof typeof losses;
  readonly batch: number;
  /** Steps a turn. */
  readonly steps: number;
  /** Pixels of an image's side. */
  readonly side?: number;
  readonly peer?: 'compile';
}

const byBackbone: readonly Case[] = [
  { net: 'lenet-plus-plus-3', loss: 'softmax+center', batch: 128, steps: 10 },
  { net: 'lenet-plus-plus-6', loss: 'softmax+center', batch: 128, steps: 4 },
  { net: 'conv-4', loss: 'softmax+center', batch: 128, steps: 6 },
  { net: 'sphereface-20', loss: 'arcface', batch: 32, steps: 2, side: 64 },
  { net: 'resnet-18', loss: 'arcface', batch: 32, steps: 3, side: 64 },
  { net: 'lenet-plus-plus-3', loss: 'softmax+center', batch: 1, steps: 60 },
];
const byLoss: readonly Case[] = (['softmax', 'softmax+center', 'arcface'] as const).map((loss) => ({ net: 'lenet-plus-plus-3', loss, batch: 128, steps: 10 }));

type Suite = (pairs: number) => Promise<{ title: string; rows: (PairedResult & { case: string; peer: string })[] }>;

/** A training step by backbone, beside PyTorch eager. */
export const step: Suite = (pairs) => measured('Training step by backbone, milliseconds', byBackbone, pairs);

/** A training step by loss, on one backbone: the rows' differences are the losses' own shares. */
export const lossShare: Suite = (pairs) => measured('Training step by loss, milliseconds', byLoss, pairs);

/** The same steps by backbone beside `torch.compile`, whose compilation is not in the time. */
export const compiled: Suite = (pairs) => measured('Training step by backbone beside torch.compile, milliseconds', byBackbone.map((one) => ({ ...one, peer: 'compile' as const })), pairs);

/** Steps of Ablate beside PyTorch's: same net, batch, losses, optimiser and threads, in turn. */
async function measured(title: string, cases: readonly Case[], pairs: number): ReturnType<Suite> {
  const python = pythonEnvironment('pytorch', ['torch'], ['torch==2.13.0']);
  const threads = availableParallelism();
  const rows = [];
  for (const { net, loss, batch, steps, side = 28, peer: mode = 'eager' } of cases) {
    const set = [...losses[loss], `backbone=${backbones[net]}`, `dataset.glyphs.size=${side}`, `train.batch=${batch}`, `threads=${threads}`];
    const ours = new LineProcess(process.execPath, [here('../../framework/bin/ts.mjs'), here('step-child.ts'), here('step.yaml'), JSON.stringify(set)]);
    const theirs = new LineProcess(python, [here('pytorch_step.py'), net, loss, String(batch), String(threads), String(side), mode]);
    const { name } = await ours.read<{ name: string }>();
    const { name: peer } = await theirs.read<{ name: string }>();
    const result = await paired(ours, theirs, pairs, steps);
    rows.push({ case: `${net}, ${loss}, batch ${batch}, ${side}×${side}`, peer: `${name} against ${peer}`, ...result });
    await Promise.all([ours.close(), theirs.close()]);
  }
  return { title, rows };
}
