import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { sphereface2 } from './sphereface2.ts';

beforeAll(() => tf.setBackend('cpu'));

const options = { s: 2, m: 0.1, t: 1, lambda: 0.7, gradient: 'exact' } as const;

test('a binary loss for each class, with the margin on either side', () => {
  // b = 0.5: z_y = 2 (0.8 − 0.1) + 0.5, z_j = 2 (0.1 + 0.1) + 0.5; 0.35 ln(1 + e^−1.9) + 0.15 ln(1 + e^0.9)
  const loss = sphereface2(options, { classes: 2 });
  loss.parameters[0]!.variable.assign(tf.scalar(0.5));
  const input = lossInput([[0.8, 0.1]], [0]);
  expect(loss.forward(input).value.dataSync()[0]).toBeCloseTo(0.234958, 5);
  expect([...loss.logits(input).dataSync()]).toEqual([expect.closeTo(1.9, 5), expect.closeTo(0.9, 5)]);
});

test('the bias starts where own class and others pull alike at cosines of 0', () => {
  const [bias] = sphereface2(plugin.schema.parse({}), { classes: 5 }).parameters;
  expect(bias!.variable.dataSync()[0]).toBeCloseTo(14.336472, 4);
});

test('straight-through: the value with g and margin, the gradient of s cosθ', () => {
  const through = sphereface2({ ...options, t: 3, m: 0, lambda: 0.5, gradient: 'straight-through' }, { classes: 2 });
  through.parameters[0]!.variable.assign(tf.scalar(0));
  const cosines = tf.tensor2d([[0.6, -0.2]]);
  const gradient = tf.grad((x: tf.Tensor) => through.forward(lossInput(x as tf.Tensor2D, [0])).value)(cosines);
  // g(0.6) = 0.024, g(−0.2) = −0.872: −½ / (1 + e^0.048) and ½ / (1 + e^1.744)
  expect([...gradient.dataSync()]).toEqual([expect.closeTo(-0.244001, 5), expect.closeTo(0.074403, 5)]);
});

test('a share of 1 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ lambda: 1 }).error?.issues[0]?.message).toMatch(/between 0 and 1/);
});
