import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { multiSimilarity, type MultiSimilarityOptions } from './multi-similarity.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<MultiSimilarityOptions> = {}) =>
  withParts(multiSimilarity, { ...plugin.schema.parse({}), ...options });
// Cosines: 0.6 within class 0; 0 and 0.8 to class 1.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

describe('multi-similarity', () => {
  test('all pairs', () => {
    // Positives ½ ln(1 + e^−0.2) twice; negatives 0.1 ln(1 + e^−5), 0.1 ln(1 + e^3), 0.1 ln(1 + e^−5 + e^3); over 3
    const { value, parts } = outcomeOf(make({ beta: 10, miner: 'batch-all' }), rows, labels);
    expect(value).toBeCloseTo(0.402853, 5);
    expect(parts.positive! + parts.negative!).toBeCloseTo(value, 6);
  });

  test('mined: the first anchor keeps nothing, the second both of its pairs, the third has no positive', () => {
    const { value } = outcomeOf(make({ beta: 10 }), rows, labels);
    expect(value).toBeCloseTo(0.201309, 5);
  });

  test('mining takes no part in the gradient: a pair it drops has none', () => {
    // The third row lies at cosine 0 and −1 from the others: nothing is within 0.1 of informative.
    const { value, gradient } = outcomeOf(
      make(),
      [
        [1, 0],
        [1, 0.001],
        [-1, 0],
      ],
      labels,
    );
    expect(value).toBe(0);
    expectRows(gradient, [
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  test('a slack that takes in every cosine keeps all pairs of anchors that have both sorts', () => {
    const [all, mined] = [make({ miner: 'batch-all' }), make({ miner: { 'multi-similarity': { epsilon: 3 } } })];
    const points = [
      [1, 0.2],
      [0.3, 1],
      [-1, 0.4],
      [0.1, -1],
    ];
    expect(outcomeOf(mined, points, [0, 0, 1, 1]).value).toBeCloseTo(outcomeOf(all, points, [0, 0, 1, 1]).value, 6);
  });

  pairLossEdges(make);

  test('bad options are refused with the reason', () => {
    expect(plugin.schema.safeParse({ alpha: 0 }).error?.issues[0]?.message).toMatch(/divides by it/);
    expect(plugin.schema.safeParse({ base: 2 }).error?.issues[0]?.message).toMatch(/cosine and lies in/);
  });
});
