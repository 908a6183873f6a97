import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { recallAtK, type RecallAtKOptions } from './recall-at-k.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<RecallAtKOptions> = {}) =>
  withParts(recallAtK, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('a sigmoid for the rank and one for k', () => {
  // r = 1 + G((0 − 0.6)/0.5) and 1 + G((0.8 − 0.6)/0.5); 1 − G(1 − r), G the sigmoid
  expect(outcomeOf(make({ k: [1], temperature: 0.5 }), rows, labels).value).toBeCloseTo(0.601484, 5);
});
test('the query itself counts before its positives, as released', () => {
  // 1 + G((1 − 0.6)/0.5) more: each rank has the query before it
  expect(outcomeOf(make({ k: [1], temperature: 0.5, countQuery: true }), rows, labels).value).toBeCloseTo(0.749628, 5);
});

test('k beyond the positives asks for no more than there are', () => {
  // One positive, ranks 1 and 2 but for the sigmoid: with sharp ones both lie within 3.
  expect(outcomeOf(make({ k: [3], temperature: 0.001, rankTemperature: 0.01 }), rows, labels).value).toBeCloseTo(0, 5);
});

pairLossEdges(() => make());

test('a k of 0 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ k: [0] }).error?.issues[0]?.message).toMatch(/at least 1/);
});
