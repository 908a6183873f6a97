import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { intraPairVariance, type IntraPairVarianceOptions } from './intra-pair-variance.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<IntraPairVarianceOptions> = {}) =>
  withParts(intraPairVariance, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('squared hinges around the mean of each sort', () => {
  // The negatives are 0 and 0.8, their mean 0.4: (0.8 − 1.25 · 0.4)² / 2
  expect(outcomeOf(make({ negativeEpsilon: 0.25 }), rows, labels).value).toBeCloseTo(0.045, 5);
});

test('positives below their mean are drawn to it', () => {
  // Cosines 1, 0 and 0 of one class, mean 1/3: two of three pairs lose (1/3)²; their gradient is that of the variance.
  const { value, parts } = outcomeOf(
    make({ positiveEpsilon: 0 }),
    [
      [1, 0],
      [2, 0],
      [0, 1],
    ],
    [0, 0, 0],
  );
  expect(value).toBeCloseTo(2 / 27, 5);
  expect(parts.negative).toBe(0);
});

pairLossEdges(() => make());

test('a negative slack is refused with the reason', () => {
  expect(plugin.schema.safeParse({ positiveEpsilon: -0.1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
});
