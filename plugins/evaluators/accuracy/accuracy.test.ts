import type { EmbeddedSplit, EvaluationInput } from 'ablate-ml';
import { expect, test } from 'vitest';
import { accuracy } from './accuracy.ts';
import plugin from './index.ts';

const input = (labels: number[], predictions?: number[]): EvaluationInput => {
  const split: EmbeddedSplit = {
    role: 'test',
    dim: 1,
    embeddings: new Float32Array(labels.length),
    labels: Int32Array.from(labels),
    classNames: ['a', 'b', 'c'],
    ...(predictions && { predictions: Int32Array.from(predictions) }),
  };
  return {
    role: 'test',
    split: async (role) => (role === 'test' ? split : undefined),
    pairs: async () => undefined,
    centers: new Map(),
    trainingImages: 1,
    seed: 1,
  };
};

test('share of right predictions; images of no class do not count', async () => {
  const { metrics } = await accuracy().evaluate(input([0, 1, 2, 2, -1], [0, 1, 1, 2, 0]));
  expect(metrics).toEqual({ accuracy: 0.75 });
});

test("Wilson's interval: 8 of 10 is 0.4902 to 0.9433", async () => {
  const { intervals } = await accuracy().evaluate(input(Array(10).fill(0), [...Array(8).fill(0), 1, 2]));
  expect(intervals!.accuracy![0]).toBeCloseTo(0.4901625, 6);
  expect(intervals!.accuracy![1]).toBeCloseTo(0.9433178, 6);
});

test('nothing to say without predictions or without the split', async () => {
  expect(await accuracy().evaluate(input([0, 1]))).toEqual({ metrics: {} });
  expect(await accuracy().evaluate({ ...input([0], [0]), role: 'validation' })).toEqual({ metrics: {} });
});

test('declares that it needs a head', () => {
  expect(plugin.predictions).toBe(true);
});
