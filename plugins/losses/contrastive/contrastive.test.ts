import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import { contrastive, type ContrastiveOptions } from './contrastive.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<ContrastiveOptions> = {}) =>
  withParts(contrastive, { ...plugin.schema.parse({}), ...options });
// Distances: 5 within class 0, 1 and √18 to class 1.
const rows = [
  [0, 0],
  [3, 4],
  [0, 1],
];
const labels = [0, 0, 1];

describe('contrastive', () => {
  test('half squared hinges, mean over the three pairs', () => {
    // (½·5² + ½·(2 − 1)² + 0) / 3
    const { value, gradient } = outcomeOf(make({ negativeMargin: 2 }), rows, labels);
    expect(value).toBeCloseTo(4.333333, 5);
    expectRows(gradient, [
      [-1, -1],
      [1, 1.333333],
      [0, -0.333333],
    ]);
  });

  test('plain hinges, positive and negative pairs that lose something apart', () => {
    // Positive: 5 − 1. Negative: 2 − 1; the pair at √18 does not count.
    const { value, gradient } = outcomeOf(
      make({ positiveMargin: 1, negativeMargin: 2, squared: false, reducer: 'nonzero-mean' }),
      rows,
      labels,
    );
    expect(value).toBeCloseTo(5, 5);
    expectRows(gradient, [
      [-0.6, 0.2],
      [0.6, 0.8],
      [0, -1],
    ]);
  });

  test('normalized, the scale of an embedding is nothing', () => {
    const loss = make({ normalize: true });
    // Unit vectors (1, 0) and (0, 1) of one class: D² = 2.
    expect(
      outcomeOf(
        loss,
        [
          [3, 0],
          [0, 0.5],
        ],
        [1, 1],
      ).value,
    ).toBeCloseTo(1, 5);
  });

  test('two equal rows of two classes: the value of the full margin, no gradient', () => {
    const { value, gradient } = outcomeOf(
      make(),
      [
        [1, 2],
        [1, 2],
      ],
      [0, 1],
    );
    expect(value).toBeCloseTo(0.5, 6);
    expectRows(gradient, [
      [0, 0],
      [0, 0],
    ]);
  });

  test('the margin is read at every step: it may be a schedule', () => {
    const live = { ...plugin.schema.parse({}), negativeMargin: 1 };
    const loss = withParts(contrastive, live);
    expect(
      outcomeOf(
        loss,
        [
          [0, 0],
          [1, 0],
        ],
        [0, 1],
      ).value,
    ).toBe(0);
    live.negativeMargin = 3;
    expect(
      outcomeOf(
        loss,
        [
          [0, 0],
          [1, 0],
        ],
        [0, 1],
      ).value,
    ).toBeCloseTo(2, 6);
  });

  pairLossEdges(make);

  test('bad options are refused with the reason', () => {
    expect(plugin.schema.safeParse({ positiveMargin: -1 }).error?.issues[0]?.message).toMatch(
      /distance and cannot be negative/,
    );
    expect(plugin.schema.safeParse({ negativeMargin: 0 }).error?.issues[0]?.message).toMatch(/must be above 0/);
    expect(plugin.schema.safeParse({ margin: 1 }).success).toBe(false);
  });
});
