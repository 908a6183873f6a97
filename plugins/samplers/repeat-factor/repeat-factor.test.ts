import { RandomStreams, type SamplerContext } from 'ablate-ml';
import { expect, test } from 'vitest';
import plugin from './index.ts';
import { repeatFactor, repeatFactors } from './repeat-factor.ts';

function context(labels: readonly number[], classes: number, batch: number, seed = 1): SamplerContext {
  const split = {
    role: 'train' as const,
    length: labels.length,
    labels: Int32Array.from(labels),
    classNames: Array.from({ length: classes }, String),
    images: () => new Float32Array(0),
  };
  return { split, batch, streams: new RandomStreams(seed) };
}
const many = (count: number, label: number): number[] => Array<number>(count).fill(label);

test('factors by hand: √(t / f), at least 1', () => {
  // Of 100 images class 0 has 90, class 1 nine, class 2 one: t = 0.36 gives √0.4 → 1, √4 = 2, √36 = 6.
  expect([...repeatFactors(0.36, context([...many(90, 0), ...many(9, 1), 2, -1, -1], 4, 10).split)]).toEqual([
    1, 2, 6, 0,
  ]);
});

test('every image comes up as often as its factor says, the fraction by chance', () => {
  // f = 0.9 and 0.1, t = 0.225: 1 and √2.25 = 1.5, so 27 + 3 · 1.5 = 31.5 images an epoch.
  const given = context([...many(27, 0), ...many(3, 1), -1], 2, 4);
  const sampler = repeatFactor({ threshold: 0.225 }, given);
  expect(sampler.stepsPerEpoch).toBe(8);
  const counts = new Float64Array(31);
  const epochs = 400;
  for (let epoch = 0; epoch < epochs; epoch++)
    for (let step = 0; step < 8; step++) for (const index of sampler.batch(epoch, step)) counts[index]!++;
  const mean = (begin: number, end: number): number =>
    counts.slice(begin, end).reduce((sum, count) => sum + count, 0) / (end - begin) / epochs;
  expect(counts[30]).toBe(0);
  // 32 places for 31.5 images: about one image in sixty-four comes up once more.
  expect(mean(0, 27)).toBeGreaterThan(0.97);
  expect(mean(0, 27)).toBeLessThan(1.05);
  expect(mean(27, 30) / mean(0, 27)).toBeGreaterThan(1.42);
  expect(mean(27, 30) / mean(0, 27)).toBeLessThan(1.58);
});

test('classes as common as the threshold come up as in shuffle: every image once', () => {
  const sampler = repeatFactor({ threshold: 0.1 }, context([...many(6, 0), ...many(6, 1)], 2, 4));
  const epoch = [0, 1, 2].flatMap((step) => [...sampler.batch(3, step)]);
  expect(epoch.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
});

test('a batch is a function of seed, epoch and step', () => {
  const make = (seed: number) =>
    repeatFactor(plugin.schema.parse({ threshold: 0.4 }), context([...many(20, 0), ...many(5, 1)], 2, 5, seed));
  const later = make(1).batch(7, 2);
  const sampler = make(1);
  sampler.batch(0, 0);
  expect(sampler.batch(7, 2)).toEqual(later);
  expect(make(2).batch(7, 2)).not.toEqual(later);
});

test('no image with a class is refused', () => {
  expect(() => repeatFactor({ threshold: 0.1 }, context([-1, -1], 1, 2))).toThrow('no training image has one');
});
