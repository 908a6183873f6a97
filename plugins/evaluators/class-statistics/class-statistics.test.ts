import type { EvaluationInput } from 'ablate-ml';
import { expect, test } from 'vitest';
import { classStatistics } from './class-statistics.ts';

const input = (embeddings: number[], labels: number[], centers: Record<string, number[]> = {}): EvaluationInput => ({
  role: 'test',
  split: async (role) =>
    role === 'test'
      ? {
          role,
          dim: 2,
          embeddings: Float32Array.from(embeddings),
          labels: Int32Array.from(labels),
          classNames: ['a', 'b', 'c'],
        }
      : undefined,
  pairs: async () => undefined,
  centers: new Map(Object.entries(centers).map(([loss, rows]) => [loss, Float32Array.from(rows)])),
  trainingImages: 1,
  seed: 1,
});

test('distances by hand', async () => {
  // Class a: (0, 0) and (2, 0), mean (1, 0); class b: (1, 3) and (1, 5), mean (1, 4); c: (4, 0) alone.
  const { metrics } = await classStatistics().evaluate(
    input([0, 0, 2, 0, 1, 3, 1, 5, 4, 0, 99, 99], [0, 0, 1, 1, 2, -1]),
  );
  expect(metrics['intra-class-distance']).toBeCloseTo(4 / 5, 12);
  expect(metrics['inter-class-distance']).toBeCloseTo((4 + 3 + 5) / 3, 12);
  expect(metrics['intra-inter-ratio']).toBeCloseTo(0.2, 12);
  expect(metrics).not.toHaveProperty('center-norm-mean');
});

test('unit vectors ignore the norm', async () => {
  const { metrics } = await classStatistics().evaluate(input([1, 0, 0, 7, -3, 0, 0, -1], [0, 0, 1, 1]));
  // Means (½, ½) and (−½, −½): each row lies √½ from its mean, the means √2 apart.
  expect(metrics['unit-intra-class-distance']).toBeCloseTo(Math.SQRT1_2, 6);
  expect(metrics['unit-inter-class-distance']).toBeCloseTo(Math.SQRT2, 6);
  expect(metrics['unit-intra-inter-ratio']).toBeCloseTo(0.5, 6);
});

test('norms of centers, by loss where there are several', async () => {
  const one = await classStatistics().evaluate(input([0, 0], [0], { center: [3, 4, 0, 0, 0, 1] }));
  expect(one.metrics['center-norm-mean']).toBeCloseTo(2, 12);
  const two = await classStatistics().evaluate(input([0, 0], [0], { center: [3, 4], 'center-2': [0, 1] }));
  expect(two.metrics).toMatchObject({ 'center-norm-mean/center': 5, 'center-norm-mean/center-2': 1 });
});

test('one class has no inter-class distance; equal means have no ratio; no split has nothing', async () => {
  expect(Object.keys((await classStatistics().evaluate(input([0, 1, 0, 3], [1, 1]))).metrics)).toEqual([
    'intra-class-distance',
    'unit-intra-class-distance',
  ]);
  expect((await classStatistics().evaluate(input([1, 1, 1, 1], [0, 1]))).metrics).not.toHaveProperty(
    'intra-inter-ratio',
  );
  expect(await classStatistics().evaluate({ ...input([0, 1], [0]), role: 'validation' })).toEqual({ metrics: {} });
});
