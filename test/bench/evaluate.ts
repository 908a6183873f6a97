import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { evaluationBatch } from '../../framework/training/engine/embed.ts';
import { backbones } from './backbones.ts';
import { LineProcess } from './line-process.ts';
import { namesOf } from './names-of.ts';
import { paired } from './paired.ts';
import { pytorch } from './pytorch.ts';
import type { Row, Suite } from './suite.ts';
import { withPeaks } from './with-peaks.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** Pixels of an image's side, and batches a turn. */
const cases = [
  { net: 'lenet-plus-plus-3', side: 28, batches: 10 },
  { net: 'conv-4', side: 28, batches: 10 },
  { net: 'sphereface-20', side: 64, batches: 2 },
  { net: 'resnet-18', side: 64, batches: 3 },
] as const;

/** Embedding a split that is in memory, by backbone, beside PyTorch in inference mode. */
export const evaluate: Suite = async (pairs) => {
  const python = pytorch();
  const threads = availableParallelism();
  const rows: Row[] = [];
  for (const { net, side, batches } of cases) {
    const set = [`backbone=${backbones[net]}`, `dataset.glyphs.size=${side}`, `threads=${threads}`];
    const ours = new LineProcess(process.execPath, [
      here('../../framework/app/bin/ts.mjs'),
      here('evaluate-child.ts'),
      here('step.yaml'),
      JSON.stringify(set),
    ]);
    const theirs = new LineProcess(python, [
      here('pytorch_evaluate.py'),
      net,
      String(evaluationBatch),
      String(threads),
      String(side),
    ]);
    const peer = await namesOf(ours, theirs);
    const result = await paired(ours, theirs, pairs, batches);
    const what = `${net}, ${side}×${side}; ${perSecond(result.ours)} images a second, peer ${perSecond(result.theirs)}`;
    rows.push({ case: await withPeaks(what, ours, theirs), peer, ...result });
    await Promise.all([ours.close(), theirs.close()]);
  }
  return { title: `Evaluation by backbone, milliseconds a batch of ${evaluationBatch}`, rows };
};

const perSecond = (milliseconds: number): string =>
  Math.round((1000 * evaluationBatch) / milliseconds).toLocaleString('en');
