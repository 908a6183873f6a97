import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.ts';
import { metricLearning } from './metric-learning.ts';
import { namesOf } from './names-of.ts';
import { paired } from './paired.ts';
import type { Row, Suite } from './suite.ts';
import { withPeaks } from './with-peaks.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** 1,024 images in 16 parts, unless the environment says less. */
const images = Number(process.env.EXACT_IMAGES ?? 1024);
const parts = 16;

/** Losses whose batch is more than the sum of its parts, and whether the peer has the same. */
const losses = {
  triplet: { options: '{triplet: {normalize: true}}', there: true },
  'multi-similarity': { options: '{multi-similarity: {miner: batch-all}}', there: true },
  'supervised-contrastive': { options: '{supervised-contrastive: {temperature: 0.1}}', there: true },
  'smooth-ap': { options: '{smooth-ap: {}}', there: true },
  'recall-at-k': { options: '{recall-at-k: {k: [16, 64]}}', there: false },
} as const;

/**
 * A step of 1,024 images whose gradient is that of the whole batch, in 16 parts, beside one in one piece and beside
 * PyTorch's with pytorch-metric-learning in one piece: time, most memory, and how far the gradients are apart.
 */
export const exact: Suite = async (pairs) => {
  const python = metricLearning();
  const threads = String(availableParallelism());
  const rows: Row[] = [];
  const ours = (loss: string, accumulate: string): LineProcess =>
    new LineProcess(process.execPath, [
      here('../../framework/app/bin/ts.mjs'),
      here('exact-child.ts'),
      here('step.yaml'),
      JSON.stringify([
        'dataset={glyphs: {classes: 64, imagesPerClass: 20}}',
        'sampler={p-k: {imagesPerClass: 16}}',
        'backbone={lenet-plus-plus: {embedding: 64, convolutionsPerStage: 1}}',
        'head=null',
        `losses=[${loss}]`,
        `train.batch=${images}`,
        `train.accumulate=${accumulate}`,
        `threads=${threads}`,
      ]),
    ]);
  const wanted = process.env.EXACT_LOSSES?.split(',') ?? Object.keys(losses);
  for (const [loss, { options, there }] of Object.entries(losses).filter(([name]) => wanted.includes(name))) {
    const inParts = `{parts: ${parts}, exact: true}`;
    const compare = async (what: string, one: LineProcess, other: LineProcess): Promise<void> => {
      const peer = await namesOf(one, other);
      const result = await paired(one, other, pairs, 1, 1);
      rows.push({
        case: await withPeaks(`${loss}, ${images} images in ${parts} parts; ${what}`, one, other),
        peer,
        ...result,
      });
      await Promise.all([one.close(), other.close()]);
    };
    await compare('peer: Ablate, one piece', ours(options, inParts), ours(options, '1'));
    if (there)
      await compare(
        'peer: PyTorch, one piece',
        ours(options, inParts),
        new LineProcess(python, [here('exact_peer.py'), loss, String(images), threads]),
      );
    const apart = ours(options, inParts);
    await apart.read();
    const { difference, largest } = await apart.ask<{ difference: number; largest: number }>('difference');
    await apart.close();
    process.stderr.write(
      `${loss}: the gradients are ${difference.toExponential(1)} apart at most, and the largest is ${largest.toExponential(1)}.\n`,
    );
  }
  return { title: 'Exact accumulation, milliseconds a step', rows };
};
