import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { sparseCenters } from './sparse-centers.ts';

beforeAll(() => tf.setBackend('cpu'));

test('√2 between the first two, 0 between the others, over 2 · 2 · 1', () => {
  expect(
    sparseCenters({ centersPerClass: 2 })
      .penalty(
        tf.tensor2d([
          [2, 0],
          [0, 1],
          [1, 1],
          [3, 3],
        ]),
      )
      .dataSync()[0],
  ).toBeCloseTo(Math.SQRT2 / 4, 5);
});

test('rows that are no whole classes are refused with the numbers', () => {
  expect(() => sparseCenters({ centersPerClass: 2 }).penalty(tf.ones([3, 2]))).toThrow(/3 rows/);
});
