import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { classSizeMargins } from './class-size-margins.ts';
import { filterSimilarClasses } from './filter-similar-classes.ts';
import { rowLosses } from './row-losses.ts';

// The label has probability 3/4.
const logits = tf.tensor2d([[Math.log(3), 0]]);
const target = tf.tensor1d([0], 'int32');
const valueOf = (options: Parameters<typeof rowLosses>[2]) => rowLosses(logits, target, options).dataSync()[0];

test('label smoothing spreads its share over all classes', () => {
  // 0.8 (−ln 3/4) + 0.2 (−ln 3/4 − ln 1/4) / 2
  expect(valueOf({ labelSmoothing: 0.2 })).toBeCloseTo(0.397543, 5);
  expect(valueOf({})).toBeCloseTo(Math.log(4 / 3), 6);
});

test('the focal factor is (1 − p)^γ, and the gradient flows through it', () => {
  expect(valueOf({ focal: 2 })).toBeCloseTo(Math.log(4 / 3) / 16, 6);
  const slope = tf.grad((x: tf.Tensor) => tf.sum(rowLosses(x as tf.Tensor2D, target, { focal: 1 })))(logits);
  // d/dz of −(1 − p) ln p with dp/dz = p (1 − p): p (1 − p) ln p − (1 − p)²
  expect(slope.dataSync()[0]).toBeCloseTo((3 / 16) * Math.log(3 / 4) - 1 / 16, 5);
});

test('a margin by class size, and who must say the sizes', () => {
  const labels = tf.tensor1d([1, 0], 'int32');
  const option = { a: 0.5, b: 0.1, lambda: 0.5 };
  const margins = classSizeMargins(option, labels, { classCounts: Int32Array.of(25, 4) });
  expect([...margins.dataSync()]).toEqual([expect.closeTo(0.35, 6), expect.closeTo(0.2, 6)]);
  expect(() => classSizeMargins(option, labels, {})).toThrow('number of training images');
});

test('classes above the threshold are left out, but never the own one', () => {
  const scores = { values: tf.tensor2d([[0.9, 0.6, 0.4]]), target, kind: 'cosine' } as const;
  const kept = filterSimilarClasses(scores, 0.5).values.dataSync();
  expect([...kept]).toEqual([expect.closeTo(0.9, 6), 0, expect.closeTo(0.4, 6)]);
  expect(filterSimilarClasses(scores, 0)).toBe(scores);
});
