import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { smoothAp, type SmoothApOptions } from './smooth-ap.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<SmoothApOptions> = {}) =>
  withParts(smoothAp, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('the query is its own first hit', () => {
  // τ = 0.5: 1 − AP of queries with 1, 0.6 against 0, and 1, 0.6 against 0.8
  expect(outcomeOf(make({ temperature: 0.5 }), rows, labels).value).toBeCloseTo(0.174991, 5);
});

test('at a small temperature it is 1 − average precision', () => {
  // The second row ranks the negative before its positive: itself at 1, the positive at 2 of 3: AP (1 + 2/3) / 2.
  expect(outcomeOf(make({ temperature: 0.001 }), rows, labels).value).toBeCloseTo((0 + 1 / 6) / 2, 5);
});

pairLossEdges(() => make());

test('a temperature of 0 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ temperature: 0 }).error?.issues[0]?.message).toMatch(/temperature must be above 0/);
});
