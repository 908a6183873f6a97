import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { describe, expect, test } from 'vitest';
import { arcface, type ArcfaceOptions } from './arcface.ts';
import manifest from './index.ts';

// cos m = 0.8, sin m = 0.6; π − m has cosine −0.8 and m sin m is 0.386101.
const m = 0.6435011;
const options: ArcfaceOptions = { s: 1, m, guard: 'linear', easyMargin: false, gradient: 'exact' };
const targetLogits = (changed: Partial<ArcfaceOptions>, cosines: number[]): number[] => {
  const input = lossInput(
    cosines.map((cosine) => [cosine, 0.5]),
    cosines.map(() => 0),
  );
  return arcface({ ...options, ...changed })
    .logits(input)
    .arraySync()
    .map(([own]) => own!);
};
/** Gradient in (cosθ_y, cosθ_j) of one row. */
const gradient = (changed: Partial<ArcfaceOptions>, row: number[]): number[] => [
  ...tf
    .grad((values) => arcface({ ...options, ...changed }).forward(lossInput(values as tf.Tensor2D, [0])).value)(
      tf.tensor2d([row]),
    )
    .dataSync(),
];
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

test('the target logit is s cos(θ + m), the others s cosθ', () => {
  // cosθ = 0.6, sinθ = 0.8: 0.6 · 0.8 − 0.8 · 0.6 = 0; cosθ = 0.8: 0.64 − 0.36
  const logits = arcface({ ...options, s: 10 })
    .logits(
      lossInput(
        [
          [0.6, -0.3],
          [0.25, 0.8],
        ],
        [0, 1],
      ),
    )
    .arraySync();
  expect(logits).toEqual([close([0, -3]), close([2.5, 2.8])]);
});

describe('past θ > π − m', () => {
  test('guard linear: cosθ − m sin m', () => expect(targetLogits({}, [-0.9])).toEqual(close([-1.286101])));
  test('guard none: cos(θ + m), which rises again', () =>
    expect(targetLogits({ guard: 'none' }, [-0.9])).toEqual(close([-0.981534])));
  test('short of it both are cos(θ + m)', () => {
    // −0.6 · 0.8 − 0.8 · 0.6
    expect(targetLogits({}, [-0.6])).toEqual(close([-0.96]));
    expect(targetLogits({ guard: 'none' }, [-0.6])).toEqual(close([-0.96]));
  });
});

test('easyMargin: no margin where the angle is beyond a right angle', () => {
  expect(targetLogits({ easyMargin: true }, [0.6, 0, -0.1, -0.9])).toEqual(close([0, 0, -0.1, -0.9]));
});

describe('gradient', () => {
  // Target logit 0 and other logit 0: softmax one half each. d cos(θ + m) / d cosθ = sin(θ + m) / sinθ = 1 / 0.8.
  test('exact', () => expect(gradient({}, [0.6, 0])).toEqual(close([-0.625, 0.5])));
  test('straight-through: the same value, the gradient of the plain cosine', () => {
    expect(gradient({ gradient: 'straight-through' }, [0.6, 0])).toEqual(close([-0.5, 0.5]));
    expect(targetLogits({ gradient: 'straight-through' }, [0.6, -0.9])).toEqual(close([0, -1.286101]));
  });

  test('finite at angle 0 and π and where rounding passes them', () => {
    for (const cosine of [1, -1, 1.0000001, -1.0000001]) {
      for (const changed of [{}, { guard: 'none' as const }, { easyMargin: true }]) {
        expect(gradient({ ...changed, s: 64 }, [cosine, 0]).every(Number.isFinite)).toBe(true);
      }
    }
  });
});

test('a margin of π or more and a scale of 0 are refused with the reason', () => {
  expect(() => manifest.schema.parse({ m: Math.PI })).toThrow('must stay below π');
  expect(() => manifest.schema.parse({ s: 0 })).toThrow('must be greater than 0');
});
