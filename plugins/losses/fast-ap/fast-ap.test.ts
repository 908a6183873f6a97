import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { fastAp, type FastApOptions } from './fast-ap.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<FastApOptions> = {}) => withParts(fastAp, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('negatives seen before a positive cost their share', () => {
  // The second row meets a negative at 0.4 before its positive at 0.8: (0 + 0.2 · 0.6/0.8 + 0.8 · 1/2) / 2
  expect(outcomeOf(make({ bins: 4 }), rows, labels).value).toBeCloseTo(0.275, 5);
});

test('every positive nearer than every negative by an interval: nothing', () => {
  expect(
    outcomeOf(
      make({ bins: 4 }),
      [
        [1, 0],
        [2, 0],
        [0, 1],
      ],
      labels,
    ).value,
  ).toBe(0);
});

pairLossEdges(() => make());

test('no bins are refused with the reason', () => {
  expect(plugin.schema.safeParse({ bins: 0 }).error?.issues[0]?.message).toMatch(/at least 1/);
});
