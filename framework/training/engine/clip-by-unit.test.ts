import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { expectKept, reference, referenceGradient, referenceParameters } from '#test/reference-cases';
import { clipByUnit } from './clip-by-unit.ts';

test.each(reference.agc)(
  'fifty steps of SGD with the clipping of timm at $factor, $epsilon',
  ({ kept, ...clipping }) => {
    const parameters = referenceParameters();
    for (const [step, rate] of reference.rates.entries()) {
      tf.tidy(() => {
        for (const parameter of parameters) {
          const { variable } = parameter;
          const gradient = clipByUnit(referenceGradient(parameter, step), variable, clipping);
          variable.assign(tf.sub(variable, tf.mul(gradient, rate)));
        }
      });
      expectKept(kept, step + 1, parameters);
    }
    tf.dispose(parameters.map(({ variable }) => variable));
  },
);

test('a depthwise kernel is cut channel by channel', () => {
  const weights = tf.tensor4d([1, 1, 1, 1], [1, 2, 2, 1]);
  const gradient = tf.tensor4d([3, 0.01, 4, 0.01], [1, 2, 2, 1]);
  const cut = clipByUnit(gradient, weights, { factor: 0.5, epsilon: 1e-3 }).dataSync();
  // Channel 0 has weights of norm √2 and a gradient of norm 5; channel 1 stays as it is.
  [0.3 * Math.SQRT2, 0.01, 0.4 * Math.SQRT2, 0.01].forEach((value, index) => expect(cut[index]).toBeCloseTo(value, 6));
});
