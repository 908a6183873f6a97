import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { Ranks } from '../../contracts/ranks.ts';
import { gelu, hardSigmoid, hardSwish, quickGelu, relu6, silu } from './activations.ts';
import { selfAttention } from './attention.ts';
import { averagePool } from './average-pool.ts';
import { dropout, dropPath } from './dropping.ts';
import { layerNormalization } from './layer-normalization.ts';
import { neck } from './neck.ts';
import { mapPooling } from './pooling.ts';
import { preparations, preparedInput } from './prepared-input.ts';
import { resamplePositions } from './resample-positions.ts';

beforeAll(() => tf.setBackend('cpu'));

const streams = new RandomStreams(1);
const mode = { training: false, step: 0 };
const training = { training: true, step: 3 };
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const close = (found: number[], expected: number[]): void => {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 4));
};

describe('activations and their derivatives at −4, −1, 0, 0.5 and 7', () => {
  // x Φ(x), x σ(1.702 x), x σ(x), … by a table of the normal distribution and of σ.
  test.each([
    ['gelu', gelu(), [-0.000127, -0.158655, 0, 0.345731, 7], [-0.000504, -0.083315, 0.5, 0.867495, 1]],
    [
      'quickGelu',
      quickGelu(),
      [-0.004415, -0.154205, 0, 0.350388, 6.999953],
      [-0.006402, -0.06778, 0.5, 0.879222, 1.000073],
    ],
    ['silu', silu(), [-0.071945, -0.268941, 0, 0.31123, 6.993623], [-0.052665, 0.072329, 0.5, 0.739961, 1.005468]],
    ['hardSwish', hardSwish(), [0, -1 / 3, 0, 0.291667, 7], [0, 1 / 6, 0.5, 2 / 3, 1]],
    ['hardSigmoid', hardSigmoid(), [0, 1 / 3, 0.5, 0.583333, 1], [0, 1 / 6, 1 / 6, 1 / 6, 0]],
    ['relu6', relu6(), [0, 0, 0, 0.5, 6], [0, 0, undefined, 1, 0]],
  ])('%s', (_, layer, values, slopes) => {
    const x = tf.tensor1d([-4, -1, 0, 0.5, 7]);
    close(numbers(layer.apply(x, mode)), values);
    const found = numbers(tf.grad((y) => tf.sum(layer.apply(y, mode)))(x));
    slopes.forEach((slope, index) => slope !== undefined && expect(found[index]).toBeCloseTo(slope, 4));
  });
});

test('layer normalization: each row by its own mean and biased deviation; the gradient as central differences have it', () => {
  const layer = layerNormalization('n', 3, 0);
  close(
    numbers(
      layer.apply(
        tf.tensor2d([
          [1, 2, 3],
          [10, 10, 40],
        ]),
        mode,
      ),
    ),
    [-1.224745, 0, 1.224745, -Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2],
  );
  layer.parameters[0]!.variable.assign(tf.tensor1d([2, 1, -1]));
  const weights = tf.tensor2d([[1, -2, 0.5]]);
  const value = (x: tf.Tensor): tf.Tensor => tf.sum(tf.mul(layer.apply(x, mode), weights));
  const at = [0.3, -1.2, 2];
  const differences = at.map((_, place) => {
    const moved = (by: number): number =>
      numbers(value(tf.tensor2d([at.map((one, index) => (index === place ? one + by : one))])))[0]!;
    return (moved(1e-2) - moved(-1e-2)) / 2e-2;
  });
  const found = numbers(tf.grad(value)(tf.tensor2d([at])));
  differences.forEach((difference, index) => expect(found[index]).toBeCloseTo(difference, 3));
});

test('self-attention: with equal scores each token becomes the mean of the values', () => {
  const layer = selfAttention('a', { width: 2, heads: 1 }, streams.stream('a'));
  const [qkv, , projection] = layer.parameters;
  // Queries and keys of 0; values and projection as they are.
  qkv!.variable.assign(
    tf.tensor2d([
      [0, 0, 0, 0, 1, 0],
      [0, 0, 0, 0, 0, 1],
    ]),
  );
  projection!.variable.assign(tf.eye(2));
  close(
    numbers(
      layer.apply(
        tf.tensor3d([
          [
            [1, 2],
            [3, 6],
          ],
        ]),
        mode,
      ),
    ),
    [2, 4, 2, 4],
  );
});

test('average pooling counts the zeros around', () => {
  close(numbers(averagePool(3, 1, 1).apply(tf.ones([1, 2, 2, 1]), mode)), [4 / 9, 4 / 9, 4 / 9, 4 / 9]);
});

test('pooling: mean, maximum, their sum, and the generalized mean of p = 3', () => {
  const map = tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1]);
  const of = (kind: 'mean' | 'max' | 'mean+max' | 'gem'): number[] =>
    numbers(mapPooling('pool', kind).apply(map, mode));
  close(of('mean'), [3]);
  close(of('max'), [6]);
  close(of('mean+max'), [9]);
  close(of('gem'), [((1 + 8 + 27 + 216) / 4) ** (1 / 3)]);
  expect(mapPooling('pool', 'gem').parameters.map(({ name }) => name)).toEqual(['pool/p']);
});

describe('what is left out in training', () => {
  test('is the same for one seed, name and step, and another at the next step', () => {
    const draw = (step: number): number[] =>
      numbers(dropout('d', 0.5, streams).apply(tf.ones([8, 8]), { training: true, step }));
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(new Set(draw(3))).toEqual(new Set([0, 2]));
    expect(numbers(dropout('d', 0.5, streams).apply(tf.ones([3]), mode))).toEqual([1, 1, 1]);
  });
  test('is for the images of each rank what it is for them in one process', () => {
    const draw = (images: number, rank?: number): number[] => {
      const ranks = rank === undefined ? {} : { ranks: { rank, size: 2 } as Ranks };
      return [dropout('d', 0.5, streams), dropPath('p', 0.5, streams)].flatMap((layer) =>
        numbers(layer.apply(tf.ones([images, 2, 3]), { ...training, ...ranks })),
      );
    };
    const [whole, first, second] = [draw(8), draw(4, 0), draw(4, 1)];
    expect([...first.slice(0, 24), ...second.slice(0, 24)]).toEqual(whole.slice(0, 48));
    expect([...first.slice(24), ...second.slice(24)]).toEqual(whole.slice(48));
  });
  test('is a whole image of a branch', () => {
    const rows = dropPath('p', 0.5, streams)
      .apply(tf.ones([16, 2, 2]), training)
      .arraySync() as number[][][];
    expect(new Set(rows.map((row) => new Set(row.flat()).size))).toEqual(new Set([1]));
    expect(new Set(rows.map((row) => row[0]![0]))).toEqual(new Set([0, 2]));
  });
});

test('neck: steps in their order, named after themselves', () => {
  const layer = neck(3, [{ linear: 2 }, 'batch-norm', { linear: 4 }, 'layer-norm', 'l2'], streams);
  expect(layer.parameters.map(({ name }) => name)).toEqual([
    'neck/linear/kernel',
    'neck/linear/bias',
    'neck/batch-norm/gain',
    'neck/batch-norm/mean',
    'neck/batch-norm/variance',
    'neck/linear2/kernel',
    'neck/linear2/bias',
    'neck/layer-norm/gain',
    'neck/layer-norm/offset',
  ]);
  close(numbers(tf.norm(layer.apply(tf.tensor2d([[1, 2, -3]]), mode), 2, 1)), [1]);
});

test('preparation: mean and deviation by channel; BGR turns the channels; grey is repeated', () => {
  const image = tf.tensor4d([-1, 0, 1], [1, 1, 1, 3]);
  close(numbers(preparedInput(image, preparations.imagenet)), [-0.485 / 0.229, 0.044 / 0.224, 0.594 / 0.225]);
  close(numbers(preparedInput(image, preparations.caffe)), [255 - 104, 127.5 - 117, -128]);
  close(numbers(preparedInput(tf.zeros([1, 1, 1, 1]), preparations.half)), [0, 0, 0]);
});

describe('position embeddings on another grid', () => {
  test('plain: a cubic of a = −0.75 over four places, the edges repeated', () => {
    // The new place 1 of 4 lies at 0.25 of the old 0 and 1. The places −1, 0, 1, 2 are 1.25, 0.25, 0.75 and 1.75 away;
    // of these 1 and 2 (which is 1 again) count.
    const weight = (x: number): number =>
      x < 1 ? 1.25 * x ** 3 - 2.25 * x ** 2 + 1 : -0.75 * x ** 3 + 3.75 * x ** 2 - 6 * x + 3;
    const found = resamplePositions([0, 1], [2, 1], [4, 1], 'plain');
    expect(found[1]).toBeCloseTo(weight(0.75) + weight(1.75), 6);
    expect(found[2]).toBeCloseTo(1 - found[1]!, 6);
  });
  test('antialiased: the same grid stays, and a constant stays a constant', () => {
    close([...resamplePositions([1, 2, 3, 4], [2, 2], [2, 2], 'antialiased')], [1, 2, 3, 4]);
    for (const way of ['antialiased', 'plain', 'offset'] as const)
      close([...resamplePositions(Array(9).fill(5), [3, 3], [2, 5], way)], Array(10).fill(5));
  });
});
