import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../devices/devices.ts';
import { liveBytes } from '../memory-estimate/live-bytes.ts';
import { customGradient, differentiated } from '../../math/ops/custom-gradient.ts';
import { releaseInBackwardPass } from './release-in-backward-pass.ts';

beforeAll(async () => void (await useDevice('cpu')));

/** Passes its gradient on as it came, to both of its inputs. */
const sum = (one: tf.Tensor, other: tf.Tensor): tf.Tensor =>
  customGradient([one, other], (x, y) =>
    differentiated({ value: tf.add(x, y), saved: [], gradient: (dy) => [dy, dy] }),
  );
/** Gives both of its inputs one gradient. */
const twice = (one: tf.Tensor, other: tf.Tensor): tf.Tensor =>
  customGradient([one, other], (x, y) =>
    differentiated({
      value: tf.mul(tf.add(x, y), 2),
      saved: [],
      gradient: (dy) => Array<tf.Tensor>(2).fill(tf.mul(dy, 2)),
    }),
  );
/** Has for a gradient what it kept. */
const half = (of: tf.Tensor): tf.Tensor =>
  customGradient([of], (x) =>
    differentiated({ value: tf.mul(tf.square(x), 0.5), saved: [x], gradient: (_, [kept]) => kept }),
  );

describe('gradients that free what they leave behind', () => {
  const start = (): tf.Variable => tf.variable(tf.linspace(-1, 1, 1024));
  const deep = (x: tf.Tensor): tf.Tensor => {
    let y = x;
    // Each layer is the input of the next one and of one further on.
    for (let layer = 0; layer < 12; layer++) y = sum(tf.tanh(tf.mul(y, 1.1)), layer % 3 === 0 ? x : y);
    return y;
  };
  const taken = (weights: tf.Variable, compute: (x: tf.Tensor) => tf.Tensor, free: boolean): Float32Array =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const value = tf.sum(compute(weights)) as tf.Scalar;
        if (free) releaseInBackwardPass();
        return value;
      }, [weights]);
      return grads[weights.name]!.dataSync<'float32'>().slice();
    });

  it.each([
    ['a deep net with shortcuts', deep],
    ['what passes its gradient on, or what it kept', (x: tf.Tensor) => sum(half(x), half(half(x)))],
    ['what gives two inputs one gradient', (x: tf.Tensor) => twice(half(x), tf.tanh(x))],
  ] as const)('are the same of %s, and no tensor stays', (_, compute) => {
    const weights = start();
    const before = tf.memory().numTensors;
    expect([...taken(weights, compute, true)]).toEqual([...taken(weights, compute, false)]);
    expect(tf.memory().numTensors).toBe(before);
    weights.dispose();
  });

  it('hardly take more memory than the way forward, where all of it is kept', async () => {
    const weights = start();
    const kept = (x: tf.Tensor): tf.Tensor =>
      Array.from({ length: 12 }).reduce<tf.Tensor>((y) => tf.tanh(tf.square(y)), x);
    const before = tf.memory().numBytes;
    const most = async (free: boolean): Promise<number> =>
      (Math.max(...(await liveBytes(async () => taken(weights, kept, free)))) - before) / (4 * 1024);
    // 24 operations, each of which keeps a tensor.
    expect(await most(false)).toBeGreaterThan(38);
    expect(await most(true)).toBeLessThan(30);
    weights.dispose();
  });

  it('go through a gradient that is itself part of what is computed', () => {
    const weights = start();
    // d/dx Σ (3 x²)² = 36 x³
    const inner = (x: tf.Tensor): tf.Tensor => tf.square(tf.grad((y) => tf.sum(tf.pow(y, 3)))(x));
    const [free, plain] = [taken(weights, inner, true), taken(weights, inner, false)];
    expect([...free]).toEqual([...plain]);
    expect(free[0]).toBeCloseTo(-36, 3);
    weights.dispose();
  });
});
