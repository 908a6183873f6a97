import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import plugin from './index.ts';
import { snrContrastive, type SnrContrastiveOptions } from './snr-contrastive.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<SnrContrastiveOptions> = {}) =>
  withParts(snrContrastive, { ...plugin.schema.parse({}), ...options });
const labels = [0, 0, 1];

// Variances 1, 4 and 1: distances 1 and 1/4 within class 0, 4, 4, 9/4 and 9 to class 1.
const signals = [
  [1, -1],
  [2, -2],
  [-1, 1],
];

test('hinges of the ratios, the anchor below the line', () => {
  // Positive: 1 − 0.5. Negative: 3 − 2.25.
  const margins = { positiveMargin: 0.5, negativeMargin: 3, lambda: 0 };
  expect(outcomeOf(make(margins), signals, labels).value).toBeCloseTo(1.25, 5);
  // All six ordered pairs: (0.5 + 0.75) / 6
  expect(outcomeOf(make({ ...margins, reducer: 'mean' }), signals, labels).value).toBeCloseTo(1.25 / 6, 5);
});

test('shifting a row by one number leaves the distances and is met by the regularizer', () => {
  const shifted = [[2, 0], ...signals.slice(1)];
  const { value, parts } = outcomeOf(make({ positiveMargin: 0.5, negativeMargin: 3, lambda: 0.3 }), shifted, labels);
  expect(value).toBeCloseTo(1.25 + (0.3 * 2) / 3, 5);
  expect(parts.offCenter).toBeCloseTo(2 / 3, 5);
});

test('a batch of one has its regularizer alone', () => {
  expect(outcomeOf(make({ lambda: 0.5 }), [[1, 2]], [0]).value).toBeCloseTo(1.5, 6);
});

test('a negative weight is refused with the reason', () => {
  expect(plugin.schema.safeParse({ lambda: -1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
});
