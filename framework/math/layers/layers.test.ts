import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { batchNormalization } from './batch-normalization.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import { depthwiseConvolution } from './depthwise-convolution.ts';
import { fanInUniform, glorotUniform, heNormal } from './initializers.ts';
import { maxPool } from './max-pool.ts';
import { prelu } from './prelu.ts';
import { relu } from './relu.ts';
import { residual } from './residual.ts';
import { sequence } from './sequence.ts';

beforeAll(() => tf.setBackend('cpu'));

const random = () => new RandomStreams(1).stream('weights');
const mode = { training: false, step: 0 };
/** One image of one channel with 1 … side² by rows. */
const counted = (side: number) =>
  tf.tensor4d(
    Array.from({ length: side * side }, (_, index) => index + 1),
    [1, side, side, 1],
  );
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe('convolution', () => {
  const ones = () => tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
  test('a number pads both sides, as PyTorch: stride 2 on 4×4 begins at the corner', () => {
    const layer = convolution(
      'c',
      { channels: [1, 1], size: 3, stride: 2, pad: 1, bias: false, kernel: ones() },
      random(),
    );
    expect(numbers(layer.apply(counted(4), mode))).toEqual([14, 30, 57, 99]);
  });
  test("'same' pads TensorFlow's way, more behind than before", () => {
    const layer = convolution('c', { channels: [1, 1], size: 3, stride: 2, bias: false, kernel: ones() }, random());
    expect(numbers(layer.apply(counted(4), mode))).toEqual([54, 45, 72, 54]);
  });
  test('kernel and bias: names, decay, fan-in limits', () => {
    const { parameters } = convolution('c', { channels: [4, 8], size: 5, initial: 'fan-in' }, random());
    expect(parameters.map(({ name, weightDecay }) => [name, weightDecay])).toEqual([
      ['c/kernel', true],
      ['c/bias', false],
    ]);
    for (const { variable } of parameters)
      expect(Math.max(...numbers(tf.abs(variable)))).toBeLessThanOrEqual(1 / Math.sqrt(100));
  });
});

test('depthwise convolution: each channel by its own kernel', () => {
  const layer = depthwiseConvolution('d', { channels: 2, size: [1, 2] }, random());
  layer.parameters[0]!.variable.assign(tf.tensor4d([1, 10, 2, 20], [1, 2, 2, 1]));
  // Pixels (1, 5) and (2, 6): channel 0 gives 1·1 + 2·2, channel 1 gives 10·5 + 20·6.
  expect(numbers(layer.apply(tf.tensor4d([1, 5, 2, 6], [1, 1, 2, 2]), mode))).toEqual([5, 170]);
});

describe('batch normalization', () => {
  const x = () => tf.tensor2d([1, 10, 3, 30], [2, 2]);
  test('training uses the batch and moves the running statistics: variance unbiased there, biased in the value', () => {
    const layer = batchNormalization('n', 2, { momentum: 0.9, epsilon: 0 });
    expect(numbers(layer.apply(x(), { training: true, step: 0 }))).toEqual([-1, -1, 1, 1]);
    const state = Object.fromEntries(layer.parameters.map(({ name, variable }) => [name, numbers(variable)]));
    expect(state['n/mean']![0]).toBeCloseTo(0.2, 6);
    expect(state['n/mean']![1]).toBeCloseTo(2, 6);
    expect(state['n/variance']![0]).toBeCloseTo(0.9 + 0.1 * 2, 5);
    expect(state['n/variance']![1]).toBeCloseTo(0.9 + 0.1 * 200, 4);
  });
  test('evaluation uses the running statistics', () => {
    const layer = batchNormalization('n', 2, { epsilon: 0 });
    const set = (name: string, value: number[]): void =>
      layer.parameters.find((parameter) => parameter.name === `n/${name}`)!.variable.assign(tf.tensor1d(value));
    set('mean', [1, 0]);
    set('variance', [4, 25]);
    set('gain', [2, 1]);
    set('offset', [0.5, 0]);
    const got = numbers(layer.apply(x(), mode));
    [0.5, 2, 2.5, 6].forEach((value, index) => expect(got[index]).toBeCloseTo(value, 5));
  });
  test('gain and offset are options, and only they are trained', () => {
    expect(
      batchNormalization('n', 1, { scale: false }).parameters.map(({ name, trainable }) => [name, trainable]),
    ).toEqual([
      ['n/offset', true],
      ['n/mean', false],
      ['n/variance', false],
    ]);
  });
});

test('max-pooling behind a rectifier, padded', () => {
  expect(numbers(maxPool(3, 2, 1).apply(counted(4), mode))).toEqual([6, 8, 14, 16]);
  expect(numbers(maxPool(2, 2).apply(counted(5), mode))).toEqual([7, 9, 17, 19]);
});

test('rectifiers', () => {
  const x = tf.tensor2d([-2, 4], [1, 2]);
  expect(numbers(relu().apply(x, mode))).toEqual([0, 4]);
  expect(numbers(prelu('p', 2).apply(x, mode))).toEqual([-0.5, 4]);
});

test('sequence and residual', () => {
  const double = dense('d', 1, 1, random(), { kernel: tf.tensor2d([[2]]) });
  const triple = dense('t', 1, 1, random(), { kernel: tf.tensor2d([[3]]), bias: false });
  const x = tf.tensor2d([[5]]);
  expect(numbers(sequence(double, triple).apply(x, mode))).toEqual([30]);
  expect(numbers(residual(double).apply(x, mode))).toEqual([15]);
  expect(numbers(residual(double, triple).apply(x, mode))).toEqual([25]);
  expect(residual(double, triple).parameters.map(({ name }) => name)).toEqual(['d/kernel', 'd/bias', 't/kernel']);
});

test('in evaluation a sequence keeps nothing between its layers, and a gradient goes through it all the same', () => {
  const double = dense('d', 1, 1, random(), { kernel: tf.tensor2d([[2]]) });
  const layers = sequence(
    double,
    relu(),
    residual(sequence(double, relu())),
    { parameters: [], apply: (same) => same },
    double,
  );
  const x = tf.tensor2d([[5]]);
  const left = tf.tidy(() => {
    const before = tf.memory().numTensors;
    expect(numbers(layers.apply(x, { training: false, step: 0 }))).toEqual([60]);
    return tf.memory().numTensors - before;
  });
  expect(left).toBe(1);
  expect(x.isDisposed).toBe(false);
  expect(numbers(tf.grad((input) => layers.apply(input, { training: false, step: 0 }))(x))).toEqual([12]);
});

describe('initial weights', () => {
  const deviation = (tensor: tf.Tensor): number => Math.sqrt(tf.moments(tensor).variance.dataSync()[0]!);
  test('He: √(2 / ((1 + slope²) fan-in))', () => {
    expect(deviation(heNormal([100, 100], 50, random()))).toBeCloseTo(0.2, 2);
    expect(deviation(heNormal([100, 100], 50, random(), 1))).toBeCloseTo(Math.SQRT1_2 * 0.2, 2);
  });
  test('uniform limits', () => {
    for (const [tensor, limit] of [
      [glorotUniform([100, 100], 30, 24, random()), 1 / 3],
      [fanInUniform([100, 100], 25, random()), 0.2],
    ] as const) {
      const most = Math.max(...numbers(tf.abs(tensor)));
      expect(most).toBeLessThanOrEqual(limit);
      expect(most).toBeGreaterThan(0.99 * limit);
    }
  });
});
