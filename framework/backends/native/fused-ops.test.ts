import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ops, plainOps, type Ops } from '../../ops/ops.ts';
import { useDevice } from '../devices.ts';
import { nativeBackend } from './native-backend.ts';

const seeded = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Asserts that an operation of the device equals the plain one in value and in each gradient, and leaves no tensor. */
function expectPlain(compute: (table: Readonly<Ops>, inputs: tf.Tensor[]) => tf.Tensor, make: () => tf.Tensor[], digits = 5): void {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const inputs = make();
    const both = [ops, plainOps].map((table) => {
      const loss = (...given: tf.Tensor[]): tf.Tensor => {
        const value = compute(table, given);
        return tf.sum(tf.mul(value, seeded(value.shape, 99)));
      };
      return [compute(table, inputs), ...tf.grads(loss)(inputs)];
    });
    both[0]!.forEach((own, index) => {
      const plain = both[1]![index]!;
      expect(own.shape).toEqual(plain.shape);
      expect(plain.abs().max().dataSync()[0]).toBeGreaterThan(0);
      expect(own.sub(plain).abs().max().dataSync()[0]).toBeCloseTo(0, digits);
    });
  });
  expect(tf.memory().numTensors).toBe(before);
}

describe('operations of the native device against the plain ones', () => {
  beforeAll(async () => void (await useDevice('tensorflow')));

  it.each([[[6, 5]], [[3, 4, 4, 5]], [[2, 3, 5]]])('adds a bias to %j', (shape) => {
    expectPlain((table, [x, bias]) => table.biasAdd(x!, bias as tf.Tensor1D), () => [seeded(shape, 1), seeded([5], 2)]);
  });

  it.each([[[6, 5]], [[3, 4, 4, 5]]])('computes PReLU of %j, zeros included', (shape) => {
    expectPlain((table, [x, slope]) => table.prelu(x!, slope as tf.Tensor1D), () => [tf.round(seeded(shape, 1)), seeded([5], 2)]);
    expectPlain((table, [x, slope]) => table.prelu(x!, slope as tf.Tensor1D), () => [seeded(shape, 3), seeded([5], 4)]);
  });

  const pools = [[8, 2, 2, 'same'], [9, 2, 2, 'same'], [9, 3, 2, 'same'], [9, 3, 2, 'valid'], [8, 3, 1, 'same'], [9, 2, 2, 'valid'], [8, 4, 3, 'same']] as const;
  it.each(pools)('pools %i pixels, window %i, stride %i, %s', (size, window, stride, pad) => {
    const pool = (table: Readonly<Ops>, [x]: tf.Tensor[]): tf.Tensor => table.maxPool(x as tf.Tensor4D, window, stride, pad);
    expectPlain(pool, () => [seeded([4, size, size, 5], 1)]);
    expectPlain(pool, () => [tf.sub(seeded([4, size, size, 5], 1), 10)]);
    expectPlain(pool, () => [tf.relu(seeded([4, size, size, 5], 1))]);
  });

  it('computes the cross-entropy of logits large and small', () => {
    const target = tf.tensor1d([0, 3, 2, 2], 'int32');
    expectPlain((table, [logits]) => table.crossEntropy(logits as tf.Tensor2D, target), () => [seeded([4, 5], 1)]);
    expectPlain((table, [logits]) => table.crossEntropy(logits as tf.Tensor2D, target), () => [tf.mul(seeded([4, 5], 1), 60)], 4);
    target.dispose();
  });

  it('asks the library, not TensorFlow.js, whether a GPU computes', () => {
    expect(nativeBackend().isUsingGpuDevice).toBeTypeOf('boolean');
    expect(nativeBackend().binding.TF_Version).toMatch(/^2\./);
  });
});
