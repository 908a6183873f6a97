import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { hyperbolicInfoNce, type HyperbolicInfoNceOptions } from './hyperbolic-info-nce.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<HyperbolicInfoNceOptions> = {}) =>
  withParts(hyperbolicInfoNce, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('on a line through the ball the distance is twice the difference', () => {
  // c = 1: distances 2, 4 and 6; (ln(1 + e^(−2 + 1)) + ln(1 + e^(−3 + 1))) / 2
  const value = outcomeOf(
    make({ curvature: 1, clip: null, temperature: 2 }),
    [
      [1, 0],
      [2, 0],
      [-1, 0],
    ],
    labels,
  ).value;
  expect(value).toBeCloseTo(0.220095, 5);
});

test('what is longer than clip is as good as clipped', () => {
  const loss = make({ clip: 0.5, temperature: 1 });
  const clipped = rows.map((row) => row.map((number) => number / 2));
  expect(outcomeOf(loss, rows, labels).value).toBeCloseTo(outcomeOf(loss, clipped, labels).value, 5);
});

pairLossEdges(() => make());

test('a flat space is refused with the reason', () => {
  expect(plugin.schema.safeParse({ curvature: 0 }).error?.issues[0]?.message).toMatch(/curvature must be above 0/);
});
