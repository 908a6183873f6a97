import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { backbones } from './backbones.ts';
import { limitTable } from './limit-table.ts';
import { LineProcess } from './line-process.ts';
import { machinePeak } from './machine-peak.ts';
import { namesOf } from './names-of.ts';
import { paired } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';
import { pytorch } from './pytorch.ts';
import { stepParts, type StepParts } from './step-parts.ts';
import type { Row, Suite } from './suite.ts';
import { withPeaks } from './with-peaks.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const losses = {
  softmax: ['losses=[softmax]'],
  'softmax+center': ['losses=[softmax, {center: {lambda: 0.01, alpha: 0.5}}]'],
  arcface: ['head={cosine: {}}', 'losses=[{arcface: {s: 64, m: 0.5}}]'],
};

interface Case {
  readonly net: keyof typeof backbones;
  readonly loss: keyof typeof losses;
  readonly batch: number;
  /** Steps a turn. */
  readonly steps: number;
  /** Pixels of an image's side. */
  readonly side?: number;
}

const byBackbone: readonly Case[] = [
  { net: 'lenet-plus-plus-3', loss: 'softmax+center', batch: 128, steps: 10 },
  { net: 'lenet-plus-plus-6', loss: 'softmax+center', batch: 128, steps: 4 },
  { net: 'conv-4', loss: 'softmax+center', batch: 128, steps: 6 },
  { net: 'sphereface-20', loss: 'arcface', batch: 32, steps: 2, side: 64 },
  { net: 'resnet-18', loss: 'arcface', batch: 32, steps: 3, side: 64 },
  { net: 'lenet-plus-plus-3', loss: 'softmax+center', batch: 1, steps: 60 },
];
const byLoss: readonly Case[] = (['softmax', 'softmax+center', 'arcface'] as const).map((loss) => ({
  net: 'lenet-plus-plus-3',
  loss,
  batch: 128,
  steps: 10,
}));
const byBatch: readonly Case[] = [1, 16, 64, 256, 512].map((batch) => ({
  net: 'lenet-plus-plus-3',
  loss: 'softmax+center',
  batch,
  steps: Math.min(60, Math.ceil(1280 / batch)),
}));

/** The other program of a suite. */
interface Peer {
  readonly python: () => string;
  /** Script and what it is told beside the case. */
  readonly script: string;
  readonly mode: readonly string[];
}

const eager: Peer = { python: pytorch, script: 'pytorch_step.py', mode: ['eager'] };
const compile: Peer = { python: pytorch, script: 'pytorch_step.py', mode: ['compile'] };
const tensorflow: Peer = {
  python: () => pythonEnvironment('keras', ['tensorflow', 'keras'], ['tensorflow-cpu==2.21.0', 'keras==3.15.1']),
  script: 'keras_step.py',
  mode: [],
};

/** A training step by backbone, beside PyTorch eager. */
export const step: Suite = (pairs) => measured('Training step by backbone, milliseconds', byBackbone, pairs);

/** A training step by loss, on one backbone: the rows' differences are the losses' own shares. */
export const lossShare: Suite = (pairs) => measured('Training step by loss, milliseconds', byLoss, pairs);

/** A training step by images in a batch, on one backbone. */
export const batch: Suite = (pairs) => measured('Training step by batch, milliseconds', byBatch, pairs);

/** The same steps by backbone beside `torch.compile`, whose compilation is not in the time. */
export const compiled: Suite = (pairs) =>
  measured('Training step by backbone beside torch.compile, milliseconds', byBackbone, pairs, compile);

/**
 * The same steps by backbone beside Keras on the same TensorFlow library, a step one `tf.function`, whose tracing is
 * not in the time.
 */
export const keras: Suite = (pairs) =>
  measured('Training step by backbone beside Keras, milliseconds', byBackbone, pairs, tensorflow);

/** Steps of Ablate beside a peer's: same net, batch, losses, optimizer and threads, in turn. */
async function measured(title: string, cases: readonly Case[], pairs: number, peer = eager): ReturnType<Suite> {
  const program = peer.python();
  const threads = availableParallelism();
  const peak = await machinePeak(threads);
  const rows: Row[] = [];
  const parts: StepParts[] = [];
  for (const { net, loss, batch, steps, side = 28 } of cases) {
    const set = [
      ...losses[loss],
      `backbone=${backbones[net]}`,
      `dataset.glyphs.size=${side}`,
      `train.batch=${batch}`,
      `threads=${threads}`,
    ];
    const ours = new LineProcess(process.execPath, [
      here('../../framework/app/bin/ts.mjs'),
      here('step-child.ts'),
      here('step.yaml'),
      JSON.stringify(set),
    ]);
    const theirs = new LineProcess(program, [
      here(peer.script),
      net,
      loss,
      String(batch),
      String(threads),
      String(side),
      ...peer.mode,
    ]);
    const names = await namesOf(ours, theirs);
    const result = await paired(ours, theirs, pairs, steps);
    rows.push({
      case: await withPeaks(`${net}, ${loss}, batch ${batch}, ${side}×${side}`, ours, theirs),
      peer: names,
      ...result,
    });
    await Promise.all([ours.close(), theirs.close()]);
    parts.push(await stepParts(set, steps));
  }
  return { title, rows, more: limitTable(peak, rows, parts) };
}
