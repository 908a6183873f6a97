import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { lossInput } from '../../author/conformance/loss/loss-input.ts';
import { classificationLoss } from './classification-loss.ts';
import { classWeights, weighedByClass } from './class-weights.ts';

beforeAll(() => tf.setBackend('cpu'));

const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

test('inverse: 1/n, on average 1', () => {
  // 1/1, 1/2, 1/4 sum up to 1.75: times 3 / 1.75
  expect([...classWeights({ by: 'inverse', power: 1 }, Int32Array.of(1, 2, 4))]).toEqual(
    close([1.714286, 0.857143, 0.428571]),
  );
  expect([...classWeights({ by: 'inverse', power: 0.5 }, Int32Array.of(1, 4))]).toEqual(close([1.333333, 0.666667]));
});

test('effective number: (1 − β) / (1 − βⁿ)', () => {
  // β = 0.9: E = 1, 1.9, 2.71; their inverses 1, 0.526316, 0.369004 sum up to 1.895320
  expect([...classWeights({ by: 'effective-number', beta: 0.9 }, Int32Array.of(1, 2, 3))]).toEqual(
    close([1.582846, 0.833077, 0.584077]),
  );
  // β = 0 counts every class alike; β towards 1 is the inverse.
  expect([...classWeights({ by: 'effective-number', beta: 0 }, Int32Array.of(1, 500))]).toEqual([1, 1]);
  expect([...classWeights({ by: 'effective-number', beta: 1 - 1e-9 }, Int32Array.of(1, 3))]).toEqual(close([1.5, 0.5]));
});

test('a class without images weighs nothing and does not count', () => {
  expect([...classWeights({ by: 'inverse', power: 1 }, Int32Array.of(2, 0, 2))]).toEqual([1, 0, 1]);
});

test('each row of a classification loss counts by the weight of its class', () => {
  const plain = classificationLoss(({ values }) => values);
  const weighed = weighedByClass(plain, Float32Array.of(0.5, 2));
  const input = lossInput(
    [
      [2, 0],
      [1, 0],
    ],
    [0, 1],
  );
  // ln(1 + e^−2) = 0.126928, ln(1 + e) = 1.313262: (0.5 · 0.126928 + 2 · 1.313262) / 2
  expect(weighed.forward(input).value.dataSync()[0]).toBeCloseTo(1.344994, 5);
  expect(plain.forward(input).value.dataSync()[0]).toBeCloseTo(0.720095, 5);
  expect(weighed.logits!(input).dataSync()).toEqual(plain.logits(input).dataSync());
});
