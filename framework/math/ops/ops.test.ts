import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../devices/devices.ts';
import { ops, registerOps, type Ops } from './ops.ts';

describe('the operations of a device', () => {
  afterAll(() => registerOps({}));

  it('make what the device has no version of from those that it has', async () => {
    await useDevice('cpu');
    const called: string[] = [];
    const prelu: Ops['prelu'] = (x) => (called.push('prelu'), x);
    const relu: Ops['relu'] = (x) => (called.push('relu'), x);
    registerOps({ prelu, relu });
    tf.tidy(() => {
      const [x, one] = [tf.ones([2, 3]), tf.ones([3]) as tf.Tensor1D];
      expect([...ops.biasPrelu(x, one, one).dataSync()]).toEqual(Array(6).fill(2));
      for (const slope of [one, 0, undefined] as const)
        ops.batchNorm(x, { gain: one, offset: one, mean: one, variance: one, momentum: 0.9, epsilon: 1e-5, slope });
    });
    expect(called).toEqual(['prelu', 'prelu', 'relu']);
  });
});
