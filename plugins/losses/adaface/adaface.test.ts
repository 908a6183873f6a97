import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { describe, expect, test } from 'vitest';
import { adaface, type AdafaceOptions } from './adaface.ts';
import manifest from './index.ts';

const options: AdafaceOptions = { s: 1, m: 0.4, h: 0.333, tAlpha: 1, eps: 0.001 };
// Norms 5 and 15: mean 10, unbiased deviation √50.
const twoNorms = lossInput(
  [
    [0.6, 0.1],
    [0.6, 0.1],
  ],
  [0, 0],
  {
    embedding: [
      [3, 4],
      [0, 15],
    ],
  },
);
const targets = (changed: Partial<AdafaceOptions>): number[] =>
  adaface({ ...options, ...changed })
    .logits(twoNorms)
    .arraySync()
    .map(([own]) => own!);
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 5));

describe('the target logit', () => {
  test('ẑ = h (norm − mean) / deviation turns the angle one way and moves the cosine the other', () => {
    // ẑ = ∓0.235433, m ẑ = ∓0.094173: cos(θ + 0.094173) − 0.305827 and cos(θ − 0.094173) − 0.494173, cosθ = 0.6
    expect(targets({})).toEqual(close([0.216287, 0.178395]));
  });

  test('at ẑ = −1 it is ArcFace, at ẑ = 1 its mirror: cos(θ − m) − 2m', () => {
    // cos m = 0.8, sin m = 0.6: 0.48 − 0.48, and 0.48 + 0.48 − 1.287002
    expect(targets({ h: 100, m: 0.6435011 })).toEqual(close([0, -0.327002]));
  });

  test('angle and cosine keep eps from their ends', () => {
    // cosθ = 0.999 is 0.044725 rad; turned back by m it is held at 0.001: cos 0.001 − 2 · 0.4
    const logits = adaface({ ...options, h: 100 })
      .logits(
        lossInput(
          [
            [0.5, 0],
            [1, -1],
          ],
          [0, 0],
          {
            embedding: [
              [5, 0],
              [15, 0],
            ],
          },
        ),
      )
      .arraySync();
    expect(logits[1]).toEqual(close([0.2, -0.999]));
  });
});

describe('the running statistics', () => {
  test('start at 20 and 100 and take the share tAlpha of the batch in update, never in forward', () => {
    const loss = adaface({ ...options, tAlpha: 0.01 });
    const state = () => loss.parameters.map(({ name, variable }) => [name, variable.dataSync()[0]]);
    loss.forward(twoNorms);
    expect(state()).toEqual([
      ['batchMean', 20],
      ['batchStd', 100],
    ]);
    tf.tidy(() => loss.update!(twoNorms));
    // 0.01 · 10 + 0.99 · 20, 0.01 · 7.071068 + 0.99 · 100
    expect(state()).toEqual([
      ['batchMean', expect.closeTo(19.9, 4)],
      ['batchStd', expect.closeTo(99.070711, 4)],
    ]);
  });

  test('a batch of one moves the mean and keeps the deviation', () => {
    const loss = adaface(options);
    const one = lossInput([[0.6, 0.1]], [0], { embedding: [[3, 4]] });
    expect(loss.forward(one).value.dataSync()[0]).toBeLessThan(10);
    tf.tidy(() => loss.update!(one));
    expect(loss.parameters.map(({ variable }) => variable.dataSync()[0])).toEqual([5, 100]);
  });

  test('are no gradient: the embedding gets one through the scores only', () => {
    const loss = adaface(options);
    const scores = twoNorms.scores!;
    const gradient = tf.grad((x) => {
      // Scores that depend on the embedding in form only.
      const values: tf.Tensor2D = tf.add(scores.values, tf.mul(0, tf.sum(x)));
      return loss.forward({ ...twoNorms, embedding: x as tf.Tensor2D, scores: { ...scores, values } }).value;
    })(twoNorms.embedding);
    expect([...gradient.dataSync()].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });
});

test('a share outside [0, 1] and a margin of π are refused with the reason', () => {
  expect(() => manifest.schema.parse({ tAlpha: 1.5 })).toThrow('lies in [0, 1]');
  expect(() => manifest.schema.parse({ m: Math.PI })).toThrow('must stay below π');
  expect(() => manifest.schema.parse({ s: 0 })).toThrow('must be greater than 0');
});
