import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { regularFace } from './regular-face.ts';

beforeAll(() => tf.setBackend('cpu'));

test('cosines 0.6, 0.8 and 0.8 of the nearest', () => {
  expect(
    regularFace()
      .penalty(
        tf.tensor2d([
          [2, 0],
          [0.6, 0.8],
          [0, 3],
        ]),
      )
      .dataSync()[0],
  ).toBeCloseTo((0.6 + 0.8 + 0.8) / 3, 5);
});
