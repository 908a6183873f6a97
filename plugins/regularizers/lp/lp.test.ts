import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { lp } from './lp.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

test('the mean norm', () => {
  expect(
    lp({ p: 2, power: 1 })
      .penalty(
        tf.tensor2d([
          [3, -4],
          [0, 0],
        ]),
      )
      .dataSync()[0],
  ).toBeCloseTo(2.5, 5);
});

test('to a power', () => {
  expect(
    lp({ p: 1, power: 2 })
      .penalty(
        tf.tensor2d([
          [3, -4],
          [0, 0],
        ]),
      )
      .dataSync()[0],
  ).toBeCloseTo(24.5, 5);
});

test('a row of zeros has gradient 0', () => {
  const gradient = tf.grad((x: tf.Tensor) => lp({ p: 2, power: 1 }).penalty(x as tf.Tensor2D));
  const expected = [0.3, -0.4, 0, 0].map((number) => expect.closeTo(number, 5));
  const rows = tf.tensor2d([
    [3, -4],
    [0, 0],
  ]);
  expect([...gradient(rows).dataSync()]).toEqual(expected);
});

test('a power below 1 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ power: 0.5 }).error?.issues[0]?.message).toMatch(/at least 1/);
});
