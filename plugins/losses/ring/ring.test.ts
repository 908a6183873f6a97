import { tf, type LossInput } from 'ablate-ml';
import { expect, test } from 'vitest';
import manifest from './index.ts';
import { ring } from './ring.ts';

const labels = tf.zeros([2], 'int32') as tf.Tensor1D;
const embedding = tf.variable(
  tf.tensor2d([
    [3, 4],
    [0, 10],
  ]),
);
const input: LossInput = { embedding, labels, step: 0 };
const gradients = (lambda: number, initialRadius: number) => {
  const loss = ring({ lambda, initialRadius });
  const radius = loss.parameters[0]!.variable;
  const { value, grads } = tf.variableGrads(() => loss.forward(input).value, [embedding, radius]);
  return {
    value: value.dataSync()[0],
    embedding: grads[embedding.name]!.arraySync(),
    radius: grads[radius.name]!.dataSync()[0],
  };
};

test('λ/(2M) Σ(‖x‖ − R)², with its gradients', () => {
  // Norms 5 and 10, R = 1: (16 + 81) · 0.5 / 4
  const { value, ...gradient } = gradients(0.5, 1);
  expect(value).toBeCloseTo(12.125, 5);
  expect(gradient.embedding).toEqual([
    [expect.closeTo(0.6, 5), expect.closeTo(0.8, 5)],
    [0, expect.closeTo(2.25, 5)],
  ]);
  expect(gradient.radius).toBeCloseTo(-3.25, 5);
});

test('nothing is left to do where R is the norm of all, or λ is 0', () => {
  embedding.assign(
    tf.tensor2d([
      [3, 4],
      [0, -5],
    ]),
  );
  expect(gradients(1, 5).value).toBe(0);
  expect(gradients(0, 1)).toEqual({
    value: 0,
    embedding: [
      [0, 0],
      [0, 0],
    ].map((row) => row.map(() => expect.closeTo(0, 9))),
    radius: expect.closeTo(0, 9),
  });
});

test('an embedding of zeros has gradient 0, not NaN', () => {
  embedding.assign(
    tf.tensor2d([
      [0, 0],
      [0, 3],
    ]),
  );
  // (1 + 4) / 4
  expect(gradients(1, 1)).toMatchObject({
    value: 1.25,
    embedding: [
      [expect.closeTo(0, 9), expect.closeTo(0, 9)],
      [0, 1],
    ],
  });
});

test('the radius is trained, without weight decay, from its initial value', () => {
  const [radius] = ring({ lambda: 1, initialRadius: 20 }).parameters;
  expect(radius).toMatchObject({ name: 'radius', trainable: true, weightDecay: false });
  expect(radius!.variable.dataSync()[0]).toBe(20);
});

test('a negative λ and a radius of 0 are refused with the reason', () => {
  expect(() => manifest.schema.parse({ lambda: -1 })).toThrow('cannot be negative');
  expect(() => manifest.schema.parse({ initialRadius: 0 })).toThrow('initialRadius is a norm');
});
