import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import { circle, type CircleOptions } from './circle.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<CircleOptions> = {}) =>
  withParts(circle, { ...plugin.schema.parse({}), m: 0.25, gamma: 80, ...options });
// Cosines: 0.6 within class 0; 0 and 0.8 to class 1.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

describe('circle', () => {
  test('two anchors have both a positive and a negative', () => {
    // γ = 4: pull 4·0.65·0.15 = 0.39 in both; push 4·0.25·(−0.25) and 4·1.05·0.55. (ln(1 + e^0.14) + ln(1 + e^2.7)) / 2
    expect(outcomeOf(make({ gamma: 4 }), rows, labels).value).toBeCloseTo(1.765319, 5);
  });

  test('the weights are constant for the gradient', () => {
    // First anchor, σ(0.14) = 0.534943 and σ(2.7) = 0.937027: d/ds of the positive −4·0.65, of the negatives 4·0.25 and
    // 4·1.05, over 2.
    const [ofPositive, ofFirst, ofSecond] = [(-2.6 * (0.534943 + 0.937027)) / 2, 0.534943 / 2, (4.2 * 0.937027) / 2];
    const { gradient } = outcomeOf(make({ gamma: 4 }), rows, labels);
    // The rows are unit vectors; of each sum of ds·(other row) what lies along the row falls away.
    expect(gradient[0]![0]).toBeCloseTo(0, 5);
    expect(gradient[0]![1]).toBeCloseTo(0.8 * ofPositive + ofFirst, 5);
    expect(gradient[2]![0]).toBeCloseTo(ofFirst + 0.6 * ofSecond, 5);
    expect(gradient[2]![1]).toBeCloseTo(0, 5);
  });

  test('a batch at the optimum: s_p = 1 + m and s_n = −m weigh nothing', () => {
    // s_n = −1 is below −m: α_n = 0; s_p = 1: −γ·0.25·0.25 = −5
    expect(
      outcomeOf(
        make(),
        [
          [1, 0],
          [2, 0],
          [-1, 0],
        ],
        labels,
      ).value,
    ).toBeCloseTo(Math.log(1 + Math.exp(-5)), 5);
  });

  test('γ = 256 and the worst possible batch stay finite', () => {
    // s_p = −1: −256·2.25·(−1.75) = 1008; s_n = 1 and −1: 256·1.25·0.75 = 240 and α = 0
    const { value } = outcomeOf(
      make({ gamma: 256 }),
      [
        [1, 0],
        [-1, 0],
        [1, 0],
      ],
      labels,
    );
    expect(value).toBeCloseTo((1008 + 240 + 1008) / 2, 2);
  });

  pairLossEdges(make);

  test('bad options are refused with the reason', () => {
    expect(plugin.schema.safeParse({ m: 1.5 }).error?.issues[0]?.message).toMatch(/lies in \[0, 1\]/);
    expect(plugin.schema.safeParse({ gamma: 0 }).error?.issues[0]?.message).toMatch(/gamma must be above 0/);
  });
});
