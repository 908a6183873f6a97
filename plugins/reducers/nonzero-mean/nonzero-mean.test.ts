import { tf } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { nonzeroMean } from './nonzero-mean.ts';

beforeAll(() => tf.setBackend('cpu'));

// Losses of two anchors with three others; the last of the second is none.
const losses = tf.tensor2d([
  [0, 2, 4],
  [1, 3, 9],
]);
const counts = tf.tensor2d([
  [1, 1, 1],
  [1, 1, 0],
]);
const labels = tf.tensor1d([0, 1], 'int32');

test('10 over the four that lose something', () => {
  expect(reduced(nonzeroMean(), losses, counts, labels).dataSync()[0]).toBeCloseTo(2.5, 6);
});

test('nothing to reduce is 0', () => {
  expect(reduced(nonzeroMean(), losses, tf.zerosLike(counts), labels).dataSync()[0]).toBe(0);
});
