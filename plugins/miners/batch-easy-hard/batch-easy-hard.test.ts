import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { batchEasyHard } from './batch-easy-hard.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('batch-easy-hard', () => {
  const rows = [[0], [2], [3], [2.5], [9]];
  const labels = [0, 0, 0, 1, 2];
  const make = (options: object) => batchEasyHard(plugin.schema.parse(options));

  test('easy positives and hard negatives, by default', () => {
    expect(chosenBy(make({}), rows, labels).triplets).toEqual(['0 1 3', '1 2 3', '2 1 3']);
  });

  test('semi-hard negatives are beyond the positive, semi-hard positives before the negative', () => {
    const negative = make({ positive: 'hard', negative: 'semi-hard' });
    expect(chosenBy(negative, rows, labels).triplets).toEqual(['0 2 4', '1 0 4', '2 0 4']);
    expect(chosenBy(make({ positive: 'semi-hard' }), rows, labels).triplets).toEqual(['0 1 3']);
  });

  test('only distances within a range count', () => {
    expect(chosenBy(make({ negativeRange: [3, 7] }), rows, labels).triplets).toEqual(['1 2 4', '2 1 4']);
  });

  test('semi-hard on both sides is refused: each would wait for the other', () => {
    const { error } = plugin.schema.safeParse({ positive: 'semi-hard', negative: 'semi-hard' });
    expect(error?.issues[0]?.message).toMatch(/one of them/);
  });

  minerEdges(() => make({}));
});
