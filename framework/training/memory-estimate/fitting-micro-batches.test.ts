import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { EstimateAnswer } from './estimate-child.ts';
import { fittingMicroBatches } from './fitting-micro-batches.ts';

const MiB = 2 ** 20;
const spec = { train: { batch: 128, accumulate: 'auto' } } as RunSpec;

/**
 * 500 MiB that stay, 100 of gradients (twice where there are parts), 100 of batches, and so many an image computed at
 * once.
 */
function run(each: number): { asked: number[]; ask: (spec: RunSpec) => Promise<EstimateAnswer> } {
  const asked: number[] = [];
  return {
    asked,
    ask: async ({ train }) => {
      const parts = train.accumulate as number;
      asked.push(parts);
      const activations = Math.ceil(128 / parts) * each * MiB;
      const estimate = {
        program: 300 * MiB,
        data: 0,
        features: 0,
        parameters: 100 * MiB,
        slots: 100 * MiB,
        gradients: 100 * MiB,
        activations,
        batches: 100 * MiB,
        checkpoint: 0,
        evaluation: 0,
        kept: 0,
      };
      return { estimate: { ...estimate, peak: 600 * MiB + activations + (parts > 1 ? 2 : 1) * 100 * MiB } };
    },
  };
}

describe('parts of a batch by memory', () => {
  it('are one where a fifth of the memory stays free', async () => {
    const { ask, asked } = run(10);
    // 600 + 100 + 1,280 = 1,980 MiB are 80 % of 2,475.
    expect((await fittingMicroBatches(spec, ask, 2475 * MiB)).parts).toBe(1);
    expect(asked).toEqual([1]);
  });

  it('are the fewest that fit', async () => {
    const { ask, asked } = run(10);
    // Of 1,500 MiB 1,200 may be used: 800 are taken whatever is done, so 40 images of 10 MiB at once: four parts of 32.
    const { parts, answer } = await fittingMicroBatches(spec, ask, 1500 * MiB);
    expect([parts, answer.estimate!.peak / MiB]).toEqual([4, 1120]);
    expect(asked).toEqual([1, 4]);
  });

  it('are as many as there are images where nothing fits', async () =>
    expect((await fittingMicroBatches(spec, run(10).ask, 900 * MiB)).parts).toBe(128));

  it('are one where nothing can be estimated, and the reason stays', async () => {
    expect(await fittingMicroBatches(spec, async () => ({ reason: 'no such file' }), 900 * MiB)).toEqual({
      parts: 1,
      answer: { reason: 'no such file' },
    });
  });
});
