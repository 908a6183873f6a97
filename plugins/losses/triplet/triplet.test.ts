import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { triplet, type TripletOptions } from './triplet.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<TripletOptions> = {}) => withParts(triplet, { ...plugin.schema.parse({}), ...options });
// On a line: class 0 at 0 and 1, class 1 at 3 and 1.5.
const rows = [
  [0, 0],
  [1, 0],
  [3, 0],
  [1.5, 0],
];
const labels = [0, 0, 1, 1];

describe('triplet', () => {
  test('batch-hard: farthest positive, nearest negative of each anchor', () => {
    // Gaps 1 − 1.5, 1 − 0.5, 1.5 − 2, 1.5 − 0.5
    const { value, gradient, parts } = outcomeOf(make({ margin: 1 }), rows, labels);
    expect(value).toBeCloseTo(1.125, 6);
    expect(parts.active).toBe(1);
    expectRows(gradient, [
      [-0.25, 0],
      [1.25, 0],
      [0.25, 0],
      [-1.25, 0],
    ]);
  });

  test('batch-hard, soft margin: ln(1 + exp(gap))', () => {
    expect(outcomeOf(make({ softMargin: true }), rows, labels).value).toBeCloseTo(0.808873, 5);
  });

  test('batch-all: eight triplets, of which five lose 0.25, 1.25, 0.25, 0.75 and 1.75', () => {
    const all = outcomeOf(make({ miner: 'batch-all', margin: 0.75 }), rows, labels);
    expect(all.value).toBeCloseTo(0.53125, 6);
    expect(all.parts.active).toBeCloseTo(0.625, 6);
    expect(
      outcomeOf(make({ miner: 'batch-all', margin: 0.75, reducer: 'nonzero-mean' }), rows, labels).value,
    ).toBeCloseTo(0.85, 6);
  });

  test('semi-hard: the nearest negative beyond the positive; a pair without one is left out', () => {
    // 0→1: 1 − 1.5; 1→0: 1 − 2; 3→1.5: 1.5 − 2; 1.5→3: its negatives lie at 1.5 and 0.5, none beyond 1.5
    const { value, gradient, parts } = outcomeOf(make({ miner: 'semi-hard', margin: 0.75 }), rows, labels);
    expect(value).toBeCloseTo(0.166667, 5);
    expect(parts.active).toBeCloseTo(0.666667, 5);
    expectRows(gradient, [
      [0, 0],
      [0.666667, 0],
      [0, 0],
      [-0.666667, 0],
    ]);
    expect(
      outcomeOf(make({ miner: 'semi-hard', margin: 0.75, reducer: 'nonzero-mean' }), rows, labels).value,
    ).toBeCloseTo(0.25, 6);
  });

  test('squared distances and cosine distances', () => {
    // 1 − 2.25 and 2.25 − 4 are satisfied; 1 − 0.25 + 1 and 2.25 − 0.25 + 1 are not
    expect(outcomeOf(make({ distance: 'squared', margin: 1 }), rows, labels).value).toBeCloseTo(1.1875, 6);
    // 1 − cosine: 1 within class 0; to class 1 2 from the first, 1 from the second. The third has no positive.
    expect(
      outcomeOf(
        make({ distance: 'cosine', margin: 0.5 }),
        [
          [2, 0],
          [0, 3],
          [-1, 0],
        ],
        [0, 0, 1],
      ).value,
    ).toBeCloseTo(0.25, 6);
  });

  test('for unit vectors the squared distance is twice the cosine distance', () => {
    const [squared, cosine] = [
      make({ miner: 'batch-all', normalize: true, distance: 'squared', margin: 0.4 }),
      make({ miner: 'batch-all', distance: 'cosine', margin: 0.2 }),
    ];
    const points = [
      [1, 0.3],
      [0.2, 1],
      [-1, 0.4],
      [0.5, 0.6],
    ];
    expect(outcomeOf(squared, points, labels).value).toBeCloseTo(2 * outcomeOf(cosine, points, labels).value, 5);
  });

  describe.each(['batch-hard', 'batch-all', 'semi-hard'] as const)('%s', (mining) =>
    pairLossEdges(() => make({ miner: mining })),
  );

  test('a negative margin is refused with the reason', () => {
    expect(plugin.schema.safeParse({ margin: -0.1 }).error?.issues[0]?.message).toMatch(
      /margin is a distance and cannot be negative/,
    );
  });
});
