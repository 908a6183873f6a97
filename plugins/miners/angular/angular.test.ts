import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { angular } from './angular.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('angular', () => {
  const make = (angle: number, normalize = false) => angular({ angle, normalize });
  // The pair lies 2 apart, the negatives 1 and 4 above its middle: angles of 45° and 14.04°.
  const rows = [
    [-1, 0],
    [1, 0],
    [0, 1],
    [0, 4],
  ];

  test('45 and 14 degrees', () => {
    expect(chosenBy(make(44), rows, [0, 0, 1, 2]).triplets).toEqual(['0 1 2', '1 0 2']);
    expect(chosenBy(make(46), rows, [0, 0, 1, 2]).triplets).toEqual([]);
    expect(chosenBy(make(14), rows, [0, 0, 1, 2]).triplets).toEqual(['0 1 2', '0 1 3', '1 0 2', '1 0 3']);
  });

  test('normalized, the two negatives are one direction', () => {
    expect(chosenBy(make(44, true), rows, [0, 0, 1, 2]).triplets).toEqual(['0 1 2', '0 1 3', '1 0 2', '1 0 3']);
  });

  minerEdges(() => make(20, true));
});
