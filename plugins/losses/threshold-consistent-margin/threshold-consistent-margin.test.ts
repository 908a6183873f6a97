import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { thresholdConsistentMargin, type ThresholdConsistentMarginOptions } from './threshold-consistent-margin.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<ThresholdConsistentMarginOptions> = {}) =>
  withParts(thresholdConsistentMargin, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('the mean over the pairs on the wrong side, of each sort', () => {
  // 0.9 − 0.6, plus 2 (0.8 − 0.5): the negative at cosine 0 does not count
  expect(outcomeOf(make({ negativeWeight: 2 }), rows, labels).value).toBeCloseTo(0.9, 5);
});

test('all pairs on their sides: nothing', () => {
  expect(outcomeOf(make({ positiveMargin: 0.5, negativeMargin: 0.85 }), rows, labels).value).toBe(0);
});

pairLossEdges(() => make());

test('a margin that is no cosine is refused with the reason', () => {
  expect(plugin.schema.safeParse({ positiveMargin: 1.5 }).error?.issues[0]?.message).toMatch(/lies in/);
});
