import { tf } from 'ablate-ml';
import { cosineScores } from 'ablate-ml/losses';
import { expect, test } from 'vitest';
import manifest from './index.ts';
import { subcenterArcface, type SubcenterArcfaceOptions } from './subcenter-arcface.ts';

// cos m = 0.8, sin m = 0.6
const options: SubcenterArcfaceOptions = { s: 10, m: 0.6435011, subCenters: 2, guard: 'linear', easyMargin: false };
const target = tf.tensor1d([0], 'int32');
const embedding = tf.tensor2d([[0.6, 0.8]]);
// Class 0 has the sub-centers (1, 0) and (0, 1), class 1 (−1, 0) and (0, −1): cosines 0.6, 0.8, −0.6, −0.8.
const weights = tf.tensor2d([
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
]);

test('the nearest sub-center counts, with the margin on the target', () => {
  // 0.8 · 0.8 − 0.6 · 0.6 = 0.28
  const logits = subcenterArcface(options).logits({
    embedding,
    labels: target,
    scores: cosineScores(embedding, weights, target, 2),
    step: 0,
  });
  expect(logits.arraySync()).toEqual([[expect.closeTo(2.8, 5), expect.closeTo(-6, 5)]]);
});

test('only the nearest sub-center of a class gets a gradient', () => {
  const gradient = tf
    .grad(
      (w) =>
        subcenterArcface(options).forward({
          embedding,
          labels: target,
          scores: cosineScores(embedding, w as tf.Tensor2D, target, 2),
          step: 0,
        }).value,
    )(weights)
    .arraySync() as number[][];
  const moved = gradient.map((row) => row.some((value) => value !== 0));
  expect(moved).toEqual([false, true, true, false]);
});

test('it asks the cosine head for as many sub-centers as it has', () => {
  expect(manifest.needs!(manifest.schema.parse({ subCenters: 4 }))).toEqual({ scores: 'cosine', subCenters: 4 });
});

test('K = 0, K = 1.5 and a margin of π are refused with the reason', () => {
  expect(() => manifest.schema.parse({ subCenters: 0 })).toThrow('at least 1');
  expect(() => manifest.schema.parse({ subCenters: 1.5 })).toThrow('a whole number');
  expect(() => manifest.schema.parse({ m: 3.15 })).toThrow('must stay below π');
});
