import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { rankedList, type RankedListOptions } from './ranked-list.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<RankedListOptions> = {}) =>
  withParts(rankedList, { ...plugin.schema.parse({}), ...options });
const labels = [0, 0, 1];

// On a line: class 0 at 0 and 2, class 1 at 0.75. α − m = 0.5.
const line = [
  [0, 0],
  [2, 0],
  [0.75, 0],
];
const onLine = { alpha: 1.5, margin: 1, negativeTemperature: 1, normalize: false } as const;

test('hinges weighted by how bad they are, a half of either sort', () => {
  // Positives lose 1.5 each; negatives 0.75, 0.25, and the third row 0.75 and 0.25 with weights e^0.75 and e^0.25.
  expect(outcomeOf(make(onLine), line, labels).value).toBeCloseTo(0.760205, 5);
});

test('constant weights change the gradient and not the value', () => {
  const [one, other] = [
    outcomeOf(make(onLine), line, labels),
    outcomeOf(make({ ...onLine, weights: 'constant' }), line, labels),
  ];
  expect(other.value).toBeCloseTo(one.value, 6);
  // Of the third row's two negatives one lies on either side: the gradients are the weights, ± λ/3 of their difference.
  expect(other.gradient[2]![0]! - one.gradient[2]![0]!).not.toBeCloseTo(0, 2);
});

pairLossEdges(() => make());

test('a negative temperature is refused with the reason', () => {
  expect(plugin.schema.safeParse({ negativeTemperature: -1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
});
