import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { centerInvariant } from './center-invariant.ts';

beforeAll(() => tf.setBackend('cpu'));

test('squares 1, 1 and 5: deviations −4/3, −4/3 and 8/3', () => {
  expect(
    centerInvariant()
      .penalty(
        tf.tensor2d([
          [1, 0],
          [0, 1],
          [2, 1],
        ]),
      )
      .dataSync()[0],
  ).toBeCloseTo(8 / 9, 5);
});
