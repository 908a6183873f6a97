import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { zeroMean } from './zero-mean.ts';

beforeAll(() => tf.setBackend('cpu'));

test('the mean absolute sum of each row', () => {
  expect(
    zeroMean()
      .penalty(
        tf.tensor2d([
          [1, 2],
          [-1, -2],
          [1, -1],
        ]),
      )
      .dataSync()[0],
  ).toBeCloseTo(2, 5);
});
