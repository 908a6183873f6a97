import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { expect, test } from 'vitest';
import { combinedMargin, type CombinedMarginOptions } from './combined-margin.ts';
import manifest from './index.ts';

const logits = (options: CombinedMarginOptions, row: number[]) =>
  combinedMargin(options)
    .logits(lossInput([row], [0]))
    .arraySync()[0]!;
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

test('m2 turns the angle, m3 comes off the cosine', () => {
  // cosθ = 0.6 and cos m2 = 0.8: cos(θ + m2) = 0.48 − 0.48 = 0, less 0.2
  expect(logits({ s: 10, m1: 1, m2: 0.6435011, m3: 0.2 }, [0.6, -0.5])).toEqual(close([-2, -5]));
});

test('m1 multiplies the angle', () => {
  // cos 2θ = 2 · 0.36 − 1 = −0.28, less 0.1
  expect(logits({ s: 10, m1: 2, m2: 0, m3: 0.1 }, [0.6, 0])).toEqual(close([-3.8, 0]));
  // arccos 0 = π/2: cos(1.5 π/2 + π/4) = cos π
  expect(logits({ s: 1, m1: 1.5, m2: Math.PI / 4, m3: 0 }, [0, 0])).toEqual(close([-1, 0]));
});

test('there is no guard past π', () => {
  // cosθ = −0.96, sinθ = 0.28: −0.96 · 0.8 − 0.28 · 0.6 = −0.936, above cos π
  expect(logits({ s: 1, m1: 1, m2: 0.6435011, m3: 0 }, [-0.96, 0])).toEqual(close([-0.936, 0]));
});

test('the gradient is finite at angle 0 and π', () => {
  for (const m1 of [1, 1.35, 2]) {
    const gradient = tf.grad(
      (values) =>
        combinedMargin({ s: 64, m1, m2: 0.3, m3: 0.2 }).forward(lossInput(values as tf.Tensor2D, [0, 0, 0])).value,
    );
    expect(
      [
        ...gradient(
          tf.tensor2d([
            [1, 0],
            [-1, 0],
            [1.0000001, 0],
          ]),
        ).dataSync(),
      ].every(Number.isFinite),
    ).toBe(true);
  }
});

test('margins outside their ranges are refused with the reason', () => {
  expect(() => manifest.schema.parse({ m1: 0 })).toThrow('m1 multiplies the angle');
  expect(() => manifest.schema.parse({ m2: Math.PI })).toThrow('m2 is an angle in radians and must stay below π');
  expect(() => manifest.schema.parse({ m3: 2.5 })).toThrow('m3 is a difference of two cosines');
});
