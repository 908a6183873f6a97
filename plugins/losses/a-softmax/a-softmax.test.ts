import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { describe, expect, test } from 'vitest';
import { aSoftmax, type ASoftmaxOptions } from './a-softmax.ts';
import manifest from './index.ts';

const pure: ASoftmaxOptions = {
  m: 4,
  variant: 'sphereface',
  lambdaBase: 0,
  gamma: 0.12,
  power: 1,
  lambdaMin: 0,
  s: 1,
  gradient: 'exact',
};
const targetLogit = (options: Partial<ASoftmaxOptions>, cosine: number, step = 0): number =>
  aSoftmax({ ...pure, ...options })
    .logits(lossInput([[cosine, 0]], [0], { step }))
    .arraySync()[0]![0]!;

describe('ψ(θ) = (−1)^k cos(mθ) − 2k', () => {
  test.each([
    // cos 2θ = 2c² − 1, cos 3θ = 4c³ − 3c, cos 4θ = 8c⁴ − 8c² + 1
    [1, 0.6, 0.6],
    [2, 0.6, -0.28], // k = 0
    [2, -0.6, -1.72], // 127° > 90°: k = 1, 0.28 − 2
    [3, 0.8, -0.352], // 37° < 60°: k = 0
    [3, -0.8, -3.648], // 143° > 120°: k = 2, cos 3θ = 0.352, 0.352 − 4
    [4, 0.8, -0.8432], // 37° < 45°: k = 0
    [4, 0.6, -1.1568], // 53°: k = 1, cos 4θ = −0.8432, 0.8432 − 2
  ])('m = %d, cosθ = %d gives %d', (m, cosine, expected) =>
    expect(targetLogit({ m }, cosine)).toBeCloseTo(expected, 5),
  );

  test.each([
    [1, -1],
    [2, -3],
    [3, -5],
    [4, -7],
  ])('m = %d falls to 1 − 2m = %d at π', (m, expected) => expect(targetLogit({ m }, -1)).toBeCloseTo(expected, 5));
});

test('the logits are scaled by the norm of the embedding', () => {
  const input = lossInput(
    [
      [0.6, 0.1],
      [0.5, 0.6],
    ],
    [0, 1],
    {
      embedding: [
        [3, 4],
        [0, 10],
      ],
    },
  );
  const logits = aSoftmax({ ...pure, m: 2, s: 'norm' })
    .logits(input)
    .arraySync();
  expect(logits).toEqual([
    [expect.closeTo(-1.4, 5), expect.closeTo(0.5, 5)],
    [5, expect.closeTo(-2.8, 5)],
  ]);
});

test('λ = max(5, 1000 / (1 + 0.12 step)) blends the plain cosine in', () => {
  const annealed = { lambdaBase: 1000, lambdaMin: 5 };
  // Step 0: (1000 · 0.8 − 0.8432) / 1001; step 100: λ = 1000/13; step 100,000: (5 · 0.8 − 0.8432) / 6
  expect(targetLogit(annealed, 0.8, 0)).toBeCloseTo(0.798358, 5);
  expect(targetLogit(annealed, 0.8, 100)).toBeCloseTo(0.778913, 5);
  expect(targetLogit(annealed, 0.8, 100_000)).toBeCloseTo(0.526133, 5);
});

test('sphereface-r-v2 leaves the target and brings the others nearer', () => {
  // cosθ_j = −0.5 is 120°: cos 60° = 0.5
  const logits = aSoftmax({ ...pure, variant: 'sphereface-r-v2', m: 2, s: 10 })
    .logits(lossInput([[0.6, -0.5]], [0]))
    .arraySync();
  expect(logits).toEqual([[expect.closeTo(6, 5), expect.closeTo(5, 5)]]);
});

describe('gradient', () => {
  const gradient = (options: Partial<ASoftmaxOptions>, rows: number[][]): number[] => [
    ...tf
      .grad(
        (values) =>
          aSoftmax({ ...pure, ...options }).forward(
            lossInput(
              values as tf.Tensor2D,
              rows.map(() => 0),
              { embedding: rows.map(() => [0, 0]) },
            ),
          ).value,
      )(tf.tensor2d(rows))
      .dataSync(),
  ];

  test('exact: dψ/dcosθ = 4 cosθ for m = 2; straight-through: 1', () => {
    // Both logits −0.28: softmax one half each
    expect(gradient({ m: 2 }, [[0.6, -0.28]])).toEqual([expect.closeTo(-1.2, 4), expect.closeTo(0.5, 4)]);
    expect(gradient({ m: 2, gradient: 'straight-through' }, [[0.6, -0.28]])).toEqual([
      expect.closeTo(-0.5, 4),
      expect.closeTo(0.5, 4),
    ]);
  });

  test('finite at angle 0 and π and for an embedding of zeros', () => {
    const extremes = [
      [1, -1],
      [-1, 1],
      [1.0000001, 0],
    ];
    for (const options of [{}, { s: 'norm' as const }, { variant: 'sphereface-r-v2' as const }]) {
      expect(gradient(options, extremes).every(Number.isFinite)).toBe(true);
    }
  });
});

test('m = 5 and m = 2.5 are refused with the reason, but not for SphereFace-R', () => {
  for (const m of [5, 2.5]) expect(() => manifest.schema.parse({ m })).toThrow('m must be 1, 2, 3 or 4');
  expect(manifest.schema.parse({ m: 1.4, variant: 'sphereface-r-v2' })).toMatchObject({ m: 1.4 });
  expect(() => manifest.schema.parse({ s: 0 })).toThrow();
});
