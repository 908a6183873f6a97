import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.ts';
import { metricLearning } from './metric-learning.ts';
import { namesOf } from './names-of.ts';
import { paired } from './paired.ts';
import type { Row, Suite } from './suite.ts';
import { withPeaks } from './with-peaks.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Losses of both programs, with the options that make them the same; those of triplets grow with the cube there. */
const losses = {
  contrastive: { squared: false, normalize: true, reducer: 'nonzero-mean', negativeMargin: 1 },
  triplet: { miner: 'batch-all', normalize: true, reducer: 'nonzero-mean', margin: 0.05 },
  'multi-similarity': { miner: 'batch-all' },
  'supervised-contrastive': { temperature: 0.1 },
  'nt-xent': {},
  circle: {},
  'fast-ap': {},
  'smooth-ap': {},
  'ranked-list': {},
  'lifted-structure': { variant: 'generalized', normalize: true },
} as const;

/** The most rows at which the peer's loss is asked: beyond them it would take more memory than a machine has. */
const mostThere: Readonly<Record<string, number>> = { triplet: 512, 'smooth-ap': 512 };

/** Value and gradient of the losses of pairs, of embeddings of 128 columns, beside pytorch-metric-learning's. */
export const pairs: Suite = async (count) => {
  const python = metricLearning();
  const threads = String(availableParallelism());
  const rows: Row[] = [];
  const wanted = process.env.PAIR_LOSSES?.split(',') ?? Object.keys(losses);
  for (const size of [512, 2048]) {
    for (const [loss, options] of Object.entries(losses)) {
      if (!wanted.includes(loss) || size > (mostThere[loss] ?? Infinity)) continue;
      const ours = new LineProcess(process.execPath, [
        here('../../framework/app/bin/ts.mjs'),
        here('pairs-child.ts'),
        loss,
        JSON.stringify(options),
        String(size),
        threads,
      ]);
      const theirs = new LineProcess(python, [here('pairs_peer.py'), loss, String(size), threads]);
      const peer = await namesOf(ours, theirs);
      const result = await paired(ours, theirs, count, 3);
      rows.push({ case: await withPeaks(`${loss}, ${size} × 128`, ours, theirs), peer, ...result });
      await Promise.all([ours.close(), theirs.close()]);
    }
  }
  return { title: 'Value and gradient of a loss of pairs, milliseconds', rows };
};
