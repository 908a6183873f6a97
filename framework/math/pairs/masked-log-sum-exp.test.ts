import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskedLogSumExp } from './masked-log-sum-exp.ts';
import { maskedMean } from './masked-mean.ts';

beforeAll(() => tf.setBackend('cpu'));

const values = tf.tensor2d([
  [0, 1, 5],
  [900, 901, -3],
  [7, 7, 7],
]);
const mask = tf.tensor2d([
  [1, 1, 0],
  [1, 1, 1],
  [0, 0, 0],
]);

describe('masked log-sum-exp', () => {
  test('by row, without overflow; a row of nothing is nothing to softplus', () => {
    const [first, second, nothing] = maskedLogSumExp(values, mask).arraySync();
    expect(first).toBeCloseTo(1.313262, 5);
    expect(second).toBeCloseTo(901.313262, 3);
    expect(tf.softplus(tf.scalar(nothing!)).dataSync()[0]).toBe(0);
  });

  test('by column', () => {
    expect(maskedLogSumExp(values, mask, 0).arraySync()[2]).toBeCloseTo(-3, 5);
  });

  test('the gradient is the softmax of what is kept, 0 elsewhere', () => {
    const gradient = tf
      .grad((x: tf.Tensor) => tf.sum(tf.mul(maskedLogSumExp(x as tf.Tensor2D, mask), [1, 2, 3])))(values)
      .arraySync() as number[][];
    [
      [0.268941, 0.731059, 0],
      [0.537883, 1.462117, 0],
      [0, 0, 0],
    ].forEach((row, index) => row.forEach((value, column) => expect(gradient[index]![column]).toBeCloseTo(value, 4)));
  });
});

describe('masked mean', () => {
  test('over what is kept, or over what of it is above 0', () => {
    const [some, kept] = [tf.tensor1d([4, 0, 2, 100]), tf.tensor1d([1, 1, 1, 0])];
    expect(maskedMean(some, kept).dataSync()[0]).toBe(2);
    expect(maskedMean(some, kept, 'nonzero-mean').dataSync()[0]).toBe(3);
  });

  test('of nothing is 0 with gradient 0', () => {
    const { value, grad } = tf.valueAndGrad((x) => maskedMean(x, tf.zeros([2])))(tf.tensor1d([1, 2]));
    expect(value.dataSync()[0]).toBe(0);
    expect(grad.arraySync()).toEqual([0, 0]);
  });
});
