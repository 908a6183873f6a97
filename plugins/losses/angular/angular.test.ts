import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { angular, type AngularOptions } from './angular.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<AngularOptions> = {}) => withParts(angular, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('one triangle from both ends', () => {
  // k = tan² 45° = 1: ln(1 + exp(4 (0 + 0.8) − 4 · 0.6)) for both pairs
  expect(outcomeOf(make({ alpha: 45 }), rows, labels).value).toBeCloseTo(1.171101, 5);
});

test('scale is nothing where rows are normalized, and something where they are not', () => {
  const twice = rows.map((row) => row.map((number) => 2 * number));
  expect(outcomeOf(make(), twice, labels).value).toBeCloseTo(1.171101, 5);
  // Every product is four times as large: ln(1 + e^3.2)
  expect(outcomeOf(make({ normalize: false }), twice, labels).value).toBeCloseTo(Math.log(1 + Math.exp(3.2)), 5);
});

pairLossEdges(() => make());

test('a right angle is refused with the reason', () => {
  expect(plugin.schema.safeParse({ alpha: 90 }).error?.issues[0]?.message).toMatch(/between 0 and 90/);
});
