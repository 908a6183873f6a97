import { tf } from 'ablate-ml';
import { expect, test } from 'vitest';
import manifest from './index.ts';
import { softmax } from './softmax.ts';

const batch = (values: number[][], target: number[]) => {
  const labels = tf.tensor1d(target, 'int32');
  return {
    embedding: tf.zeros([target.length, 2]) as tf.Tensor2D,
    labels,
    scores: { values: tf.tensor2d(values), target: labels, kind: 'linear' as const },
    step: 0,
  };
};
const valueOf = (labelSmoothing: number, values: number[][], target: number[]): number =>
  softmax({ labelSmoothing }).forward(batch(values, target)).value.dataSync()[0]!;

test('two classes: ln(1 + e^−(difference))', () => {
  // ln(1 + e^-2) = 0.126928, ln(1 + e^1) = 1.313262, mean 0.720095
  expect(
    valueOf(
      0,
      [
        [3, 1],
        [2, 3],
      ],
      [0, 0],
    ),
  ).toBeCloseTo(0.720095, 5);
});

test('equal logits give ln C, with smoothing and without', () => {
  expect(valueOf(0, [[7, 7, 7, 7]], [2])).toBeCloseTo(1.386294, 5);
  expect(valueOf(0.3, [[7, 7, 7, 7]], [2])).toBeCloseTo(1.386294, 5);
});

test('smoothing 0.1 over two classes weighs the target 0.95 and the other 0.05', () => {
  // −ln softmax of [2, 0]: 0.126928 and 2.126928; 0.95 · 0.126928 + 0.05 · 2.126928 = 0.226928
  expect(valueOf(0.1, [[2, 0]], [0])).toBeCloseTo(0.226928, 5);
});

test('logits of ±10,000 stay finite', () => {
  expect(valueOf(0, [[1e4, -1e4]], [1])).toBeCloseTo(20000, 0);
  expect(valueOf(0.1, [[1e4, -1e4]], [0])).toBeCloseTo(1000, 0);
});

test('smoothing of the whole target is refused with the reason', () => {
  expect(() => manifest.schema.parse({ labelSmoothing: 1 })).toThrow('the label no longer counts');
});
