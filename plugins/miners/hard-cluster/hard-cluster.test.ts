import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { hardCluster } from './hard-cluster.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('hard-cluster', () => {
  test('the mean, the image farthest from it, and the nearest other mean', () => {
    // Means 1, 6 and 20; rows 6 to 11 of the references are the means.
    const { triplets } = chosenBy(hardCluster(), [[0], [1.5], [1.5], [5], [7], [20]], [0, 0, 0, 1, 1, 2]);
    expect(triplets).toEqual(['0 0 9', '3 3 6']);
  });

  minerEdges(hardCluster);
});
