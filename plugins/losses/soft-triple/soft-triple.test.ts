import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { softTriple } from './soft-triple.ts';

beforeAll(() => tf.setBackend('cpu'));

const context = { classes: 2, dim: 2, streams: new RandomStreams(1) };
const input = { embedding: tf.tensor2d([[3, 4]]), labels: tf.tensor1d([0], 'int32'), step: 0 };
const made = (options: object) => {
  const loss = softTriple({ ...plugin.schema.parse({ subCenters: 2 }), ...options }, context);
  // Class 0 at (1, 0) and (0, 1), class 1 opposite.
  loss.parameters[0]!.variable.assign(
    tf.tensor2d([
      [1, 0],
      [0, 2],
      [-1, 0],
      [0, -3],
    ]),
  );
  return loss;
};

test("similarities to a class's centers, softly the nearest", () => {
  // γ = 1: S_0 = (0.6 e^0.6 + 0.8 e^0.8) / (e^0.6 + e^0.8), S_1 = −(0.6 e^−0.6 + 0.8 e^−0.8) / (e^−0.6 + e^−0.8)
  const [own, other] = made({ gamma: 1, lambda: 1, margin: 0.1 }).logits(input).dataSync();
  expect(own).toBeCloseTo(0.709967 - 0.1, 5);
  expect(other).toBeCloseTo(-0.690033, 5);
});

test("the distances between a class's centers, τ / (C K (K − 1)) each", () => {
  // Two classes, one pair each, √2 apart: 2 √2 / 4
  const { value, parts } = made({ tau: 0.5, gamma: 1, lambda: 10, margin: 0.1 }).forward(input);
  expect(parts!.spread!.dataSync()[0]).toBeCloseTo(Math.SQRT1_2, 4);
  expect(value.dataSync()[0]).toBeCloseTo(0.5 * Math.SQRT1_2, 4);
});

test('no center is refused with the reason', () => {
  expect(plugin.schema.safeParse({ subCenters: 0 }).error?.issues[0]?.message).toMatch(/at least 1/);
});
