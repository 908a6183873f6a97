import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { batchAll } from './batch-all.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('batch-all', () => {
  test('every pair of the batch', () => {
    const { positivePairs, negativePairs } = chosenBy(batchAll(), [[0], [2], [1]], [0, 0, 1]);
    expect(positivePairs).toEqual(['0 1', '1 0']);
    expect(negativePairs).toEqual(['0 2', '1 2', '2 0', '2 1']);
  });

  minerEdges(batchAll);
});
