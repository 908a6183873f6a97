import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { liftedStructure, type LiftedStructureOptions } from './lifted-structure.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<LiftedStructureOptions> = {}) =>
  withParts(liftedStructure, { ...plugin.schema.parse({}), ...options });
// On a line: class 0 at 0 and 1, class 1 at 3 and 1.5; margin 1.
const rows = [
  [0, 0],
  [1, 0],
  [3, 0],
  [1.5, 0],
];
const labels = [0, 0, 1, 1];

describe('lifted-structure', () => {
  test('song: half the squared J of each positive pair', () => {
    // ln(e^−2 + e^−0.5 + e^−1 + e^0.5) = 1.014675 in both pairs; J = 2.014675 and 2.514675
    const { value, gradient } = outcomeOf(make(), rows, labels);
    expect(value).toBeCloseTo(2.595626, 5);
    expectRows(gradient, [
      [-0.398273, 0],
      [2.662948, 0],
      [0.844203, 0],
      [-3.108878, 0],
    ]);
  });

  test('generalized: a term an anchor', () => {
    // 1 + ln(e^−2 + e^−0.5), 1 + ln(e^−1 + e^0.5), 1.5 + ln(e^−2 + e^−1), 1.5 + ln(e^−0.5 + e^0.5)
    const { value, gradient } = outcomeOf(make({ variant: 'generalized' }), rows, labels);
    expect(value).toBeCloseTo(1.382337, 5);
    expectRows(gradient, [
      [-0.115529, 0],
      [1.115529, 0],
      [0.158787, 0],
      [-1.158787, 0],
    ]);
  });

  test('a pair whose J is below 0 loses nothing', () => {
    const { value, gradient } = outcomeOf(
      make(),
      [
        [0, 0],
        [0.1, 0],
        [50, 0],
      ],
      [0, 0, 1],
    );
    expect(value).toBe(0);
    expectRows(gradient, [
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  test('positives without a negative in the batch lose nothing', () => {
    expect(
      outcomeOf(
        make(),
        [
          [0, 0],
          [1, 0],
        ],
        [0, 0],
      ).value,
    ).toBe(0);
    expect(
      outcomeOf(
        make({ variant: 'generalized' }),
        [
          [0, 0],
          [1, 0],
        ],
        [0, 0],
      ).value,
    ).toBe(0);
  });

  test('the negative counts for both ends of a pair in song, for the anchor alone in generalized', () => {
    // The negative lies midway, at 1 from both.
    const points = [
      [0, 0],
      [2, 0],
      [1, 0],
    ];
    // song: J = ln(2e^0) + 2; generalized: ln e^2 + ln e^0 for either anchor
    expect(outcomeOf(make(), points, [0, 0, 1]).value).toBeCloseTo((Math.LN2 + 2) ** 2 / 2, 5);
    expect(outcomeOf(make({ variant: 'generalized' }), points, [0, 0, 1]).value).toBeCloseTo(2, 5);
  });

  describe.each(['song', 'generalized'] as const)('%s', (variant) => pairLossEdges(() => make({ variant })));

  test('a negative margin is refused with the reason', () => {
    expect(plugin.schema.safeParse({ margin: -1 }).error?.issues[0]?.message).toMatch(
      /margin is a distance and cannot be negative/,
    );
  });
});
