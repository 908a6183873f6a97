import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../devices.ts';

/** Value of `compute` on a device, as plain numbers, with a check that no tensor stays behind. */
async function on(device: 'cpu' | 'wasm', compute: () => tf.Tensor): Promise<Float32Array> {
  await useDevice(device);
  const before = tf.memory().numTensors;
  const values = tf.tidy(() => compute().dataSync()) as Float32Array;
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

/** The worst difference between the devices, as a share of the largest value. */
async function difference(compute: () => tf.Tensor): Promise<number> {
  const [cpu, wasm] = [await on('cpu', compute), await on('wasm', compute)];
  expect(wasm.length).toBe(cpu.length);
  expect(cpu.some((value) => value !== 0)).toBe(true);
  const scale = Math.max(...cpu.map(Math.abs));
  return Math.max(...cpu.map((value, index) => Math.abs(value - wasm[index]!))) / scale;
}

const seeded = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe('the wasm device against cpu', () => {
  beforeAll(async () => void (await useDevice('wasm')));
  afterAll(async () => void (await useDevice('cpu')));

  const convolutions = [
    [9, 5, 1, 'same'],
    [9, 5, 1, 'valid'],
    [9, 3, 2, 'same'],
    [10, 3, 2, 'valid'],
    [10, 1, 2, 'valid'],
    [8, 2, 2, 'same'],
    [11, 2, 3, 'valid'],
    [7, 3, 3, 'same'],
  ] as const;
  it.each(convolutions)(
    'differentiates a convolution of %i pixels by a filter of %i, stride %i, %s',
    async (size, filter, stride, pad) => {
      const loss = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
        const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
        return tf.sum(tf.mul(y, seeded(y.shape, 3)));
      };
      const gradient = (which: number) => () =>
        tf.grads(loss)([seeded([4, size, size + 1, 3], 1), seeded([filter, filter, 3, 6], 2)])[which]!;
      expect(await difference(gradient(0))).toBeLessThan(1e-5);
      expect(await difference(gradient(1))).toBeLessThan(1e-5);
    },
  );

  const pools = [
    [8, 2, 2, 'same'],
    [9, 2, 2, 'same'],
    [9, 3, 2, 'same'],
    [9, 3, 2, 'valid'],
    [8, 3, 1, 'same'],
    [9, 2, 2, 'valid'],
  ] as const;
  it.each(pools)(
    'differentiates a max pool of %i pixels, window %i, stride %i, %s',
    async (size, window, stride, pad) => {
      const gradient = (shift: number, ties: boolean) => () =>
        tf.grad((x) => {
          const y = tf.maxPool(x as tf.Tensor4D, window, stride, pad);
          return tf.sum(tf.mul(y, seeded(y.shape, 2)));
        })(ties ? tf.round(seeded([3, size, size, 4], 1)) : tf.add(seeded([3, size, size, 4], 1), shift));
      expect(await difference(gradient(0, false))).toBeLessThan(1e-6);
      expect(await difference(gradient(-10, false))).toBeLessThan(1e-6);
      expect(await difference(gradient(0, true))).toBeLessThan(1e-6);
    },
  );

  it('gives the gradient of a window of negative numbers to its maximum', async () => {
    const gradient = await on('wasm', () =>
      tf.grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')))(tf.tensor4d([-4, -1, -2, -3], [1, 2, 2, 1])),
    );
    expect([...gradient]).toEqual([0, 1, 0, 0]);
  });

  it('adds gathered rows up by their class', async () => {
    const gradient = await on('wasm', () =>
      tf.grad((table) =>
        tf.sum(tf.mul(tf.gather(table, tf.tensor1d([2, 0, 2], 'int32')), tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]))),
      )(tf.zeros([4, 2])),
    );
    expect([...gradient]).toEqual([3, 4, 0, 0, 6, 8, 0, 0]);
  });
});
