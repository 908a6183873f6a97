import { tf, type LossInput } from 'ablate-ml';
import { expect, test } from 'vitest';
import manifest from './index.ts';
import { l2ConstrainedSoftmax } from './l2-constrained-softmax.ts';

const input = (embedding: tf.Tensor2D, product: tf.Tensor2D, bias?: tf.Tensor1D): LossInput => {
  const target = tf.zeros([embedding.shape[0]], 'int32') as tf.Tensor1D;
  const values: tf.Tensor2D = bias ? tf.add(product, bias) : product;
  return { embedding, labels: target, scores: { values, target, kind: 'linear', bias, product }, step: 0 };
};
const logits = (alpha: number, given: LossInput) => l2ConstrainedSoftmax({ alpha }).logits(given).arraySync();

// Embedding (3, 4) of norm 5, class weights (3, −1) and (0, 5): xW = (5, 20).
const embedding = tf.tensor2d([[3, 4]]);
const product = tf.tensor2d([[5, 20]]);

test('the embedding is given the norm α, the bias stays', () => {
  expect(logits(2, input(embedding, product, tf.tensor1d([1, -1])))).toEqual([[3, 7]]);
  expect(logits(2, input(embedding, product))).toEqual([[2, 8]]);
});

test('the norm of the embedding does not count, down to 1e-6', () => {
  const tiny = input(tf.mul(embedding, 2e-7), tf.mul(product, 2e-7), tf.tensor1d([1, -1]));
  expect(logits(2, tiny)).toEqual([[expect.closeTo(3, 4), expect.closeTo(7, 4)]]);
});

test('an embedding of zeros has the bias as its logits, and a finite gradient', () => {
  const zero = tf.zeros([1, 2]) as tf.Tensor2D;
  expect(logits(16, input(zero, zero, tf.tensor1d([1, 0])))).toEqual([[1, 0]]);
  const gradient = tf.grad(
    (x) =>
      l2ConstrainedSoftmax({ alpha: 16 }).forward(
        input(
          x as tf.Tensor2D,
          tf.matMul(
            x as tf.Tensor2D,
            tf.tensor2d([
              [3, 0],
              [-1, 5],
            ]),
          ),
        ),
      ).value,
  )(zero);
  expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
});

test('α of 0 is refused with the reason', () => {
  expect(() => manifest.schema.parse({ alpha: 0 })).toThrow('alpha is the norm that embeddings are given');
});
