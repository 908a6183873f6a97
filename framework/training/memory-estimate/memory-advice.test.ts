import { describe, expect, it } from 'vitest';
import { memoryAdvice } from './memory-advice.ts';

const MiB = 2 ** 20;
const estimate = {
  program: 500 * MiB,
  data: 0,
  features: 0,
  parameters: 100 * MiB,
  slots: 100 * MiB,
  gradients: 100 * MiB,
  activations: 1280 * MiB,
  batches: 128 * MiB,
  checkpoint: 200 * MiB,
  evaluation: 50 * MiB,
  kept: 0,
  peak: 2208 * MiB,
};
const spec = { train: { batch: 128, accumulate: 1 } } as never;

describe('what would make a run fit', () => {
  it('is nothing where it fits', () => expect(memoryAdvice(estimate, spec, 2300 * MiB)).toEqual([]));

  it('is parts of the batch, or a smaller one, with numbers that fit', () => {
    // 700 MiB stay; of 1,500 remain 800: minus two gradients and the batches 472, so 47 images of 10 MiB, in three
    // parts. Whole: 800 − 100 over 11 MiB an image: 63 images.
    expect(memoryAdvice(estimate, spec, 1500 * MiB)).toEqual([
      'train.accumulate: 3 computes at most 47 images at once: the same batch, in parts',
      'train.batch: 63 fits whole',
    ]);
  });

  it('is to keep no features where these take most of it', () =>
    expect(memoryAdvice({ ...estimate, features: 1500 * MiB, peak: 3708 * MiB }, spec, 2900 * MiB)).toContain(
      'the features that are kept of all images take 1.46 GiB: leave backbone.cache out',
    ));

  it('says that no batch fits where weights and gradients alone are too much', () => {
    const advice = memoryAdvice(estimate, spec, 760 * MiB);
    expect(advice[0]).toMatch(/^no batch fits: weights, optimizer and gradients alone take 0\.78 GiB/);
    expect(advice[1]).toMatch(/^a checkpoint/);
  });
});
