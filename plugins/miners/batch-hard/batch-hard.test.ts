import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { batchHard } from './batch-hard.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('batch-hard', () => {
  test('the farthest of one label, the nearest of another', () => {
    expect(chosenBy(batchHard(), [[0], [2], [3], [2.5], [9]], [0, 0, 0, 1, 2]).triplets).toEqual([
      '0 2 3',
      '1 0 3',
      '2 0 3',
    ]);
  });

  minerEdges(batchHard);
});
