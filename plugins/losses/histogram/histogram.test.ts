import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { histogram, type HistogramOptions } from './histogram.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<HistogramOptions> = {}) =>
  withParts(histogram, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('the overlap of two histograms', () => {
  // Nodes −1, 0, 1: h⁺ 0, 0.4, 0.6, H⁺ 0, 0.4, 1; h⁻ 0, 0.6, 0.4: 0.6 · 0.4 + 0.4
  expect(outcomeOf(make({ bins: 2 }), rows, labels).value).toBeCloseTo(0.64, 5);
});

test('all negatives below all positives by an interval: nothing', () => {
  expect(
    outcomeOf(
      make({ bins: 4 }),
      [
        [1, 0],
        [2, 0],
        [-1, 0],
      ],
      labels,
    ).value,
  ).toBe(0);
});

pairLossEdges(() => make());

test('no bins are refused with the reason', () => {
  expect(plugin.schema.safeParse({ bins: 0 }).error?.issues[0]?.message).toMatch(/at least 1/);
});
