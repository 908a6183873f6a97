import { tf } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { threshold } from './threshold.ts';
import plugin from './index.ts';

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

test('1, 2 and 3 lie between 0 and 4', () => {
  expect(reduced(threshold({ low: 0, high: 4 }), losses, counts, labels).dataSync()[0]).toBeCloseTo(2, 6);
});

test('nothing to reduce is 0', () => {
  expect(reduced(threshold({ low: 0, high: 4 }), losses, tf.zerosLike(counts), labels).dataSync()[0]).toBe(0);
});

test('a bound that is null is none', () => {
  expect(reduced(threshold({ low: null, high: 3.5 }), losses, counts, labels).dataSync()[0]).toBeCloseTo(1.5, 6);
});

test('bounds with nothing between them are refused', () => {
  expect(plugin.schema.safeParse({ low: 2, high: 1 }).error?.issues[0]?.message).toMatch(/above low/);
});
