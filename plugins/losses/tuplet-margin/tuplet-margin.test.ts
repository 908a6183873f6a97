import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { tupletMargin, type TupletMarginOptions } from './tuplet-margin.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<TupletMarginOptions> = {}) =>
  withParts(tupletMargin, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('the positive is slackened by β', () => {
  // cos(θ_ap − 0.1) = 0.676869: (ln(1 + e^(−1.353738)) + ln(1 + e^(1.6 − 1.353738))) / 2
  expect(outcomeOf(make({ s: 2, beta: 0.1 }), rows, labels).value).toBeCloseTo(0.52679, 5);
});

test('without slack it is nt-xent at temperature 1/s', () => {
  expect(outcomeOf(make({ s: 2, beta: 0 }), rows, labels).value).toBeCloseTo(0.588149, 5);
});

pairLossEdges(() => make());

test('a slack of π is refused with the reason', () => {
  expect(plugin.schema.safeParse({ beta: 3.2 }).error?.issues[0]?.message).toMatch(/must stay below π/);
});
