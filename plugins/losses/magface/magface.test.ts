import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { describe, expect, test } from 'vitest';
import manifest from './index.ts';
import { magface, type MagfaceOptions } from './magface.ts';

const options: MagfaceOptions = {
  s: 1,
  la: 10,
  ua: 110,
  lMargin: 0,
  uMargin: 1.2870022,
  lambdaG: 35,
  easyMargin: true,
};
/** Target logit of cosine `cosine` and magnitude `norm`. */
const target = (changed: Partial<MagfaceOptions>, cosine: number, norm: number): number =>
  magface({ ...options, ...changed })
    .logits(lossInput([[cosine, 0]], [0], { embedding: [[norm, 0]] }))
    .arraySync()[0]![0]!;

describe('the margin', () => {
  test('grows from lMargin at la to uMargin at ua', () => {
    expect(target({}, 0.6, 10)).toBeCloseTo(0.6, 5);
    // Half-way 0.643501, whose cosine is 0.8: 0.48 − 0.48
    expect(target({}, 0.6, 60)).toBeCloseTo(0, 5);
    // At ua cos(2 · 0.643501) = 0.28, sine 0.96: 0.168 − 0.768
    expect(target({}, 0.6, 110)).toBeCloseTo(-0.6, 5);
  });

  test('stays outside [la, ua] what it is at the end', () => {
    expect(target({}, 0.6, 1e-6)).toBeCloseTo(0.6, 5);
    expect(target({}, 0.6, 1e4)).toBeCloseTo(-0.6, 5);
  });

  test('easyMargin leaves angles beyond a right one, the guard takes m sin m past π − m', () => {
    expect(target({}, -0.9, 60)).toBeCloseTo(-0.9, 5);
    expect(target({ easyMargin: false }, -0.9, 60)).toBeCloseTo(-1.286101, 5);
  });
});

describe('the regularizer', () => {
  test('is the mean of 1/a + a/ua², logged beside the cross-entropy', () => {
    // a = 60 and, clipped, 10: 0.021625 and 0.100826. Cosines 0.6 without margin at 10, 0 at 60: ln(1 + e^-0.6) and ln
    // 2
    const { value, parts } = magface(options).forward(
      lossInput(
        [
          [0.6, 0],
          [0.6, 0],
        ],
        [0, 0],
        {
          embedding: [
            [60, 0],
            [0, 5],
          ],
        },
      ),
    );
    expect(parts!['cross-entropy']!.dataSync()[0]).toBeCloseTo(0.565318, 5);
    expect(parts!['magnitude']!.dataSync()[0]).toBeCloseTo(0.061226, 6);
    expect(value.dataSync()[0]).toBeCloseTo(0.565318 + 35 * 0.0612259, 4);
  });

  test('draws magnitudes towards ua: −1/a² + 1/ua² along the embedding, nothing where clipped', () => {
    const flat = { ...options, uMargin: 0, lambdaG: 1 };
    const gradient = tf.grad(
      (embedding) =>
        magface(flat).forward({
          ...lossInput(
            [
              [0.6, 0],
              [0.6, 0],
            ],
            [0, 0],
          ),
          embedding: embedding as tf.Tensor2D,
        }).value,
    );
    // (−1/3600 + 1/12100) / 2 rows
    expect(
      gradient(
        tf.tensor2d([
          [60, 0],
          [0, 5],
        ]),
      ).arraySync(),
    ).toEqual([
      [expect.closeTo(-9.7567e-5, 8), 0],
      [0, 0],
    ]);
  });
});

test('the gradient is finite at angle 0 and π and for an embedding of zeros', () => {
  const gradient = tf.grads(
    (values, embedding) =>
      magface(options).forward({ ...lossInput(values as tf.Tensor2D, [0, 0, 0]), embedding: embedding as tf.Tensor2D })
        .value,
  );
  for (const part of gradient([
    tf.tensor2d([
      [1, 0],
      [-1, 0],
      [1.0000001, 0],
    ]),
    tf.tensor2d([
      [0, 0],
      [60, 0],
      [60, 0],
    ]),
  ])) {
    expect([...part.dataSync()].every(Number.isFinite)).toBe(true);
  }
});

test('magnitudes and margins out of order are refused with the reason', () => {
  expect(() => manifest.schema.parse({ la: 110, ua: 10 })).toThrow('ua must be greater than la');
  expect(() => manifest.schema.parse({ lMargin: 0.9, uMargin: 0.8 })).toThrow('uMargin cannot be less than lMargin');
  expect(() => manifest.schema.parse({ uMargin: Math.PI })).toThrow('must stay below π');
});
