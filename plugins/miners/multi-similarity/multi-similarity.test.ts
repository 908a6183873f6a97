import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import plugin from './index.ts';
import { multiSimilarity } from './multi-similarity.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('multi-similarity', () => {
  const make = (epsilon: number) => multiSimilarity({ epsilon, distance: null });

  test('what violates the ranking', () => {
    const { positivePairs, negativePairs } = chosenBy(make(0), [[0], [2], [1], [5]], [0, 0, 1, 2]);
    expect(positivePairs).toEqual(['0 1', '1 0']);
    expect(negativePairs).toEqual(['0 2', '1 2']);
  });

  test('the slack takes in what nearly does', () => {
    expect(chosenBy(make(1.5), [[0], [2], [1], [5]], [0, 0, 1, 2]).negativePairs).toEqual(['0 2', '1 2', '1 3']);
  });

  test('a negative slack is refused with the reason', () => {
    expect(plugin.schema.safeParse({ epsilon: -0.1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
  });

  minerEdges(() => make(0.1));
});
