import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { Loss } from '../../contracts/loss.ts';
import { taughtBy } from './taught-by.ts';

test("a loss sees the teacher's rows of its images, and nothing is left behind", () => {
  const before = tf.memory().numTensors;
  const seen: number[][] = [];
  const plain: Loss = {
    parameters: [],
    forward: ({ embedding, teacher }) => ({ value: tf.mean(tf.sub(tf.sum(embedding), tf.sum(teacher!))) }),
    update: ({ teacher }) => void seen.push([...teacher!.dataSync()]),
  };
  const { loss, embedding } = taughtBy(plain, { values: Float32Array.of(1, 2, 3, 4, 5, 6), dim: 2 });
  tf.tidy(() => {
    const input = {
      embedding: tf.ones<tf.Rank.R2>([2, 3]),
      labels: tf.tensor1d([0, 1], 'int32'),
      rows: tf.tensor1d([2, 0], 'int32'),
      step: 0,
    };
    expect(loss.forward(input).value.dataSync()[0]).toBe(6 - (5 + 6 + 1 + 2));
    loss.update!(input);
  });
  expect(seen).toEqual([[5, 6, 1, 2]]);
  embedding.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
