import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { viewsOutcome } from '#test/views-outcome';
import plugin from './index.ts';
import { barlowTwins, type BarlowTwinsOptions } from './barlow-twins.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<BarlowTwinsOptions> = {}) =>
  barlowTwins({ ...plugin.schema.parse({ eps: 0 }), ...options });
const plus = [[1], [-1]];

test('views that are alike correlate by 1, opposed ones by −1', () => {
  expect(viewsOutcome(make(), plus, [[5], [3]]).value).toBeCloseTo(0, 6);
  expect(viewsOutcome(make(), plus, [[3], [5]]).value).toBeCloseTo(4, 6);
});

test('columns that say the same count by λ', () => {
  // Two equal columns in both views: C is all 1, and two entries are off the diagonal.
  const twice = [
    [2, 2],
    [0, 0],
  ];
  const { value, parts } = viewsOutcome(make({ lambda: 0.25 }), twice, twice);
  expect(value).toBeCloseTo(0.5, 6);
  expect(parts.invariance).toBeCloseTo(0, 6);
  expect(parts.redundancy).toBeCloseTo(2, 6);
});

test('columns are standardized by n, with eps', () => {
  // Both standardized to ±√½: C = ½.
  expect(viewsOutcome(make({ eps: 1 }), plus, plus).value).toBeCloseTo(0.25, 6);
});

test('a batch of one: no correlation, and no gradient', () => {
  const { value, gradients } = viewsOutcome(make({ eps: 1e-5 }), [[1, 2]], [[3, 4]]);
  expect(value).toBeCloseTo(2, 6);
  for (const gradient of gradients) for (const entry of gradient.flat()) expect(entry).toBeCloseTo(0, 6);
});
