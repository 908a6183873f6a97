import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { replaceTarget } from './replace-target.ts';

beforeAll(() => tf.setBackend('cpu'));

const weighted = (columns: number) => {
  const weights = tf.range(1, 2 * columns + 1).reshape([2, columns]);
  return tf.grads((values: tf.Tensor, own: tf.Tensor) =>
    tf.sum(tf.mul(weights, replaceTarget(values as tf.Tensor2D, tf.tensor1d([1, 0], 'int32'), own as tf.Tensor1D))),
  );
};

test('each row has its replacement in its own column, and each gradient goes where its number went', () => {
  const values = tf.tensor2d([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const own = tf.tensor1d([-7, -8]);
  expect(replaceTarget(values, tf.tensor1d([1, 0], 'int32'), own).arraySync()).toEqual([
    [1, -7, 3],
    [-8, 5, 6],
  ]);
  // The weights are 1 2 3 and 4 5 6: those of the replaced places, 2 and 4, go to the replacements.
  const [toValues, toOwn] = weighted(3)([values, own]) as [tf.Tensor, tf.Tensor];
  expect(toValues.arraySync()).toEqual([
    [1, 0, 3],
    [0, 5, 6],
  ]);
  expect(toOwn.arraySync()).toEqual([2, 4]);
});

test('thousands of columns take as many operations as three', async () => {
  const operations = async (columns: number): Promise<number> =>
    (await tf.profile(() => weighted(columns)([tf.zeros([2, columns]), tf.zeros([2])]))).kernels.length;
  expect(await operations(3000)).toBe(await operations(3));
});
