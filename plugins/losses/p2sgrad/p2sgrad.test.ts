import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { p2sgrad } from './p2sgrad.ts';

beforeAll(() => tf.setBackend('cpu'));

test('half the squared distance of the cosines to 1 and 0', () => {
  // (0.2² + 0.1²) / 2
  expect(
    p2sgrad()
      .forward(lossInput([[0.8, 0.1]], [0]))
      .value.dataSync()[0],
  ).toBeCloseTo(0.025, 6);
});

test('rows count by their weights', () => {
  const rowWeights = tf.tensor1d([2, 0]);
  const input = {
    ...lossInput(
      [
        [0.8, 0.1],
        [0, 0],
      ],
      [0, 1],
    ),
    rowWeights,
  };
  expect(p2sgrad().forward(input).value.dataSync()[0]).toBeCloseTo(0.025, 6);
});

test('there is no option', () => {
  expect(plugin.schema.safeParse({ s: 1 }).success).toBe(false);
});
