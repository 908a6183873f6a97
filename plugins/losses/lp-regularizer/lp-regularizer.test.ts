import { tf, type LossInput } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { lpRegularizer } from './lp-regularizer.ts';

beforeAll(() => tf.setBackend('cpu'));

const inputOf = (rows: number[][]): LossInput => ({
  embedding: tf.tensor2d(rows),
  labels: tf.zeros([rows.length], 'int32'),
  rows: tf.range(0, rows.length, 1, 'int32'),
  step: 0,
});

const rows = [
  [3, -4],
  [0, 0],
];

test('the mean norm, to a power', () => {
  expect(lpRegularizer({ p: 2, power: 1 }).forward(inputOf(rows)).value.dataSync()[0]).toBeCloseTo(2.5, 5);
  expect(lpRegularizer({ p: 1, power: 2 }).forward(inputOf(rows)).value.dataSync()[0]).toBeCloseTo(24.5, 4);
});

test('a row of zeros has gradient 0', () => {
  const loss = lpRegularizer({ p: 2, power: 1 });
  const gradient = tf.grad((x: tf.Tensor) => loss.forward({ ...inputOf(rows), embedding: x as tf.Tensor2D }).value);
  const expected = [0.3, -0.4, 0, 0].map((number) => expect.closeTo(number, 5));
  expect([...gradient(tf.tensor2d(rows)).dataSync()]).toEqual(expected);
});

test('a power below 1 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ power: 0.5 }).error?.issues[0]?.message).toMatch(/at least 1/);
});
