import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { newCapture, noCapture, type Capture } from '../../math/ops/capture.ts';
import { ops } from '../../math/ops/ops.ts';
import { useDevice } from '../devices.ts';

const loader = fileURLToPath(new URL('../../app/bin/ts.mjs', import.meta.url));

/** Tensors that the library holds. */
const held = (): number => (tf.backend() as unknown as { getNumOfTFTensors(): number }).getNumOfTFTensors();

/** What each of `rounds` runs of a body gives, read after it. */
function results(capture: Capture, rounds: number, body: (round: number) => tf.Tensor): number[][] {
  return Array.from({ length: rounds }, (_, round) => {
    const result = capture.run(() => tf.tidy(() => body(round)));
    const values = [...result.dataSync()];
    result.dispose();
    return values;
  });
}

/** Compares a body captured and as it is, and what both leave. @returns how often it was one call */
function sameBothWays(
  rounds: number,
  make: () => { body(round: number): tf.Tensor; variables?: tf.Variable[] },
): number {
  const capture = newCapture();
  const [before, native] = [tf.memory().numTensors, held()];
  const [plain, captured] = [noCapture, capture].map((way) => {
    const { body, variables = [] } = make();
    const found = results(way, rounds, body);
    const left = variables.map((variable) => [...variable.dataSync()]);
    tf.dispose(variables);
    return { found, left };
  });
  expect(captured).toEqual(plain);
  expect([tf.memory().numTensors, held()]).toEqual([before, native]);
  capture.dispose();
  return capture.calls;
}

const numbers = (round: number, count = 6): tf.Tensor =>
  tf.tensor1d(Array.from({ length: count }, (_, index) => Math.sin(17 * round + index)));

/** Numbers of all sizes, special ones among the first. */
const values = (round: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) =>
    index < special.length ? special[index]! : Math.sin(index * 1.7 + round) * 10 ** ((index % 7) - 3),
  );
const special = [NaN, -0, 0, Infinity, -Infinity, 1e-40, -1e-40, 3e38, -3e38, 100, -100, 20, -20];
const matrix = (round: number): tf.Tensor2D => tf.tensor2d(values(round, 10000), [100, 100]);
const maps = (round: number): tf.Tensor4D => tf.tensor4d(values(round, 5120), [2, 16, 16, 10]);
const filter = (): tf.Tensor4D => tf.tensor4d(values(1, 1440).fill(0.5, 0, 13), [3, 3, 10, 16]);
const gradient = (of: (x: tf.Tensor) => tf.Tensor, at: tf.Tensor): tf.Tensor => tf.grad(of)(at);

/** Operations that the library may do by other kernels in a graph than by themselves. */
const operations: readonly (readonly [string, (round: number) => tf.Tensor])[] = [
  ['relu', (round) => ops.relu(matrix(round))],
  ['relu6', (round) => tf.relu6(matrix(round))],
  ['leaky relu', (round) => tf.leakyRelu(matrix(round))],
  ['elu and its gradient', (round) => gradient(tf.elu, matrix(round))],
  ['tanh', (round) => tf.tanh(matrix(round))],
  ['sigmoid', (round) => tf.sigmoid(matrix(round))],
  ['softplus', (round) => tf.softplus(matrix(round))],
  ['log-softmax', (round) => tf.logSoftmax(matrix(round))],
  ['exp, log, erf', (round) => tf.addN([tf.exp(matrix(round)), tf.log(matrix(round)), tf.erf(matrix(round))])],
  ['sums and means', (round) => tf.add(tf.sum(matrix(round), 0), tf.mean(matrix(round), 1))],
  ['product', (round) => tf.matMul(matrix(round), matrix(round + 1))],
  ['product and bias', (round) => ops.biasAdd(tf.matMul(matrix(round), matrix(round + 1)), tf.ones([100]))],
  ['products', (round) => tf.matMul(tf.reshape(matrix(round), [4, 50, 50]), tf.reshape(matrix(1), [4, 50, 50]))],
  ['transposition', (round) => tf.transpose(maps(round), [0, 3, 1, 2])],
  ['concatenation', (round) => tf.concat([maps(round), maps(round + 1)], 3)],
  ['largest of a window', (round) => tf.maxPool(maps(round), 3, 2, 'same')],
  ['mean of a window', (round) => tf.avgPool(maps(round), 3, 2, 'same')],
  ['convolution', (round) => tf.conv2d(maps(round), filter(), 1, 'same')],
  [
    'its gradient in the images',
    (round) => gradient((x) => tf.square(tf.conv2d(x as tf.Tensor4D, filter(), 2, 'same')), maps(round)),
  ],
  [
    'its gradient in the weights',
    (round) => gradient((w) => tf.conv2d(maps(round), w as tf.Tensor4D, 1, 'same'), filter()),
  ],
  ['batch normalization', (round) => tf.batchNorm(maps(round), tf.ones([10]), tf.ones([10]))],
];

describe('bodies in one call', () => {
  beforeAll(async () => void (await useDevice('tensorflow', { threads: 1 })));

  it.each(operations)('have the bits of each by itself, of any number: %s', (_, body) => {
    expect(sameBothWays(6, () => ({ body }))).toBe(3);
  });

  it('leave alone what has other bits in a graph', () => {
    expect(sameBothWays(6, () => ({ body: (round) => tf.softmax(matrix(round)) }))).toBe(0);
  });

  it('take numbers that differ as arguments, random ones and a schedule among them', () => {
    const calls = sameBothWays(10, () => ({
      body: (round) => tf.dropout(tf.mul(numbers(round), 0.1 * round), 0.5, undefined, round),
    }));
    expect(calls).toBe(7);
  });

  it('change variables, by assignment and where they lie, though nobody takes what the operation gives', () => {
    const calls = sameBothWays(10, () => {
      const weights = tf.tidy(() => tf.variable(tf.ones([6])));
      const centers = tf.tidy(() => tf.variable(tf.zeros([4, 6])));
      return {
        variables: [weights, centers],
        body(round) {
          weights.assign(tf.add(weights, numbers(round)));
          const rows = tf.stack([weights, numbers(round)]) as tf.Tensor2D;
          const before = tf.sum(centers);
          ops.addRows(centers, tf.tensor1d([round % 4, (round + 1) % 4], 'int32'), rows);
          return tf.stack([before, tf.sum(centers)]);
        },
      };
    });
    expect(calls).toBeGreaterThan(4);
  });

  it('keep the shapes that constants decide', () => {
    const calls = sameBothWays(12, () => ({
      body: (round) => tf.sum(tf.reshape(numbers(round), round % 2 === 0 ? [2, 3] : [3, 2]), 0),
    }));
    expect(calls).toBeGreaterThan(2);
  });

  it('stay as they are where numbers decide shapes', () => {
    const calls = sameBothWays(8, () => ({
      body: (round) => tf.topk(numbers(round), 1 + (round % 3)).values,
    }));
    expect(calls).toBe(0);
  });

  it('tell a variable of another shape from the one before', () => {
    const capture = newCapture();
    const means = [6, 6, 6, 6, 6, 4, 6].map((size) => {
      const variable = tf.variable(tf.mul(tf.ones([size]), 1));
      const mean = capture.run(() => tf.tidy(() => tf.div(tf.sum(variable), variable.size)));
      const [value] = mean.dataSync();
      tf.dispose([variable, mean]);
      return value;
    });
    expect(means).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(capture.calls).toBe(3);
    capture.dispose();
  });

  it('take an array as it was when it was given', () => {
    for (const size of [6, 5000]) {
      const values = new Float32Array(size);
      const calls = sameBothWays(6, () => ({
        body(round) {
          values.fill(round);
          const sum = tf.sum(tf.tensor1d(values));
          // By now the device has the numbers: what becomes of a large array the library may see, as ever.
          if (size < 4096) values.fill(-1);
          return sum;
        },
      }));
      expect(calls).toBe(3);
    }
  });

  it('give what JavaScript reads meanwhile', () => {
    let reads = 0;
    const calls = sameBothWays(6, () => ({
      body(round) {
        const given = numbers(round);
        const product = tf.mul(given, 2);
        reads += product.dataSync()[0]! + given.dataSync()[1]!;
        return tf.add(product, 1);
      },
    }));
    expect(calls).toBe(0);
    expect(Number.isFinite(reads)).toBe(true);
  });

  it('leave what they have done where they fail in JavaScript', () => {
    const capture = newCapture();
    const weights = tf.tidy(() => tf.variable(tf.mul(tf.zeros([2]), 1)));
    const [before, native] = [tf.memory().numTensors, held()];
    for (let round = 0; round < 8; round++) {
      const work = (): void =>
        tf.tidy(() => {
          weights.assign(tf.add(weights, 1));
          if (round === 6) throw new Error('a fault of the plugin');
          weights.assign(tf.mul(weights, 2));
        });
      if (round === 6) expect(() => capture.run(work)).toThrow('a fault of the plugin');
      else capture.run(work);
    }
    // w ← 2 (w + 1) gives 126 after six rounds, then w + 1 and once more the whole.
    expect([...weights.dataSync()]).toEqual([256, 256]);
    expect(capture.calls).toBe(4);
    expect([tf.memory().numTensors, held()]).toEqual([before, native]);
    weights.dispose();
    capture.dispose();
  });

  it('fail where the library does, and leave nothing in it', () => {
    const capture = newCapture();
    const native = held();
    const work = (label: number) => () =>
      tf.tidy(() => ops.crossEntropy(tf.reshape(numbers(1), [2, 3]) as tf.Tensor2D, tf.tensor1d([0, label], 'int32')));
    for (let round = 0; round < 6; round++) capture.run(work(round % 3)).dispose();
    expect(capture.calls).toBeGreaterThan(0);
    expect(() => capture.run(work(7))).toThrow(/outside the valid range/);
    expect(held()).toBe(native);
    capture.dispose();
  });

  it('are no longer noted where hardly one comes twice', () => {
    const capture = newCapture();
    for (let round = 0; round < 25; round++)
      capture.run(() => tf.tidy(() => tf.sum(numbers(round, 3 + round)))).dispose();
    for (let round = 0; round < 6; round++) capture.run(() => tf.tidy(() => tf.sum(numbers(round)))).dispose();
    expect(capture.calls).toBe(0);
  });

  it('do not grow the memory', () => {
    const capture = newCapture();
    const weights = tf.variable(tf.ones([1000]));
    const step = (round: number): void =>
      capture.run(() => tf.tidy(() => weights.assign(tf.mul(weights, tf.scalar(1 - 1 / (round + 2))))));
    for (let round = 0; round < 10; round++) step(round);
    const [before, native] = [tf.memory(), held()];
    for (let round = 10; round < 2000; round++) step(round);
    expect(capture.calls).toBeGreaterThan(1990);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
    expect(held()).toBe(native);
    weights.dispose();
    capture.dispose();
  });

  it.each([
    ['1', {}],
    ['0', { ABLATE_CAPTURE: '0' }],
    ["0 with Ablate's kernels", { ABLATE_KERNELS: '0' }],
  ])('are made where ABLATE_CAPTURE is not 0: %s', (name, environment) => {
    const fixture = fileURLToPath(new URL('./capture-fixture.ts', import.meta.url));
    const { stdout } = spawnSync(process.execPath, [loader, fixture], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    expect(stdout).toBe(String(name === '1'));
  });
});
