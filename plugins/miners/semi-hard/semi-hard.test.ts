import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { semiHard } from './semi-hard.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('semi-hard', () => {
  test('the nearest beyond the positive', () => {
    expect(chosenBy(semiHard(), [[0], [2], [1], [5]], [0, 0, 1, 2]).triplets).toEqual(['0 1 3', '1 0 3']);
  });

  minerEdges(semiHard);
});
