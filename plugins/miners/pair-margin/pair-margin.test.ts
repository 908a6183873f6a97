import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { pairMargin } from './pair-margin.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('pair-margin', () => {
  test('far positives and near negatives', () => {
    const miner = pairMargin({ positiveMargin: 1.5, negativeMargin: 2, distance: null });
    const { positivePairs, negativePairs } = chosenBy(miner, [[0], [1], [3], [1.5]], [0, 0, 0, 1]);
    expect(positivePairs).toEqual(['0 2', '1 2', '2 0', '2 1']);
    expect(negativePairs).toEqual(['0 3', '1 3', '2 3', '3 0', '3 1', '3 2']);
    const near = pairMargin({ positiveMargin: 5, negativeMargin: 1, distance: null });
    expect(chosenBy(near, [[0], [1], [3], [1.5]], [0, 0, 0, 1])).toMatchObject({
      positivePairs: [],
      negativePairs: ['1 3', '3 1'],
    });
  });

  minerEdges(() => pairMargin({ positiveMargin: 0.2, negativeMargin: 0.8, distance: null }));
});
