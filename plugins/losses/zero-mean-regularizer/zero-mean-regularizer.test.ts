import { tf, type LossInput } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { zeroMeanRegularizer } from './zero-mean-regularizer.ts';

beforeAll(() => tf.setBackend('cpu'));

const inputOf = (rows: number[][]): LossInput => ({
  embedding: tf.tensor2d(rows),
  labels: tf.zeros([rows.length], 'int32'),
  rows: tf.range(0, rows.length, 1, 'int32'),
  step: 0,
});

test('the mean absolute sum of each row', () => {
  const rows = [
    [1, 2],
    [-1, -2],
    [1, -1],
  ];
  expect(zeroMeanRegularizer().forward(inputOf(rows)).value.dataSync()[0]).toBeCloseTo(2, 6);
});
