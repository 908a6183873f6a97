import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../ops/custom-gradient.ts';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/**
 * Normalizes each row over its last axis, γ (x − μ) / √(σ² + ε) + β with the row's own mean and biased variance (Ba,
 * Kiros and Hinton, arXiv:1607.06450, eq. 4): `[..., channels]` of any rank, in training and evaluation alike.
 */
export function layerNormalization(name: string, channels: number, epsilon = 1e-6): Layer {
  const gain = parameterOf(`${name}/gain`, tf.ones([channels]), 'offset');
  const offset = parameterOf(`${name}/offset`, tf.zeros([channels]), 'offset');
  return {
    parameters: [gain, offset],
    apply: (x) =>
      customGradient([x, gain.variable, offset.variable], (given, scale, shift) => {
        const centered = tf.sub(given!, tf.mean(given!, -1, true));
        const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon));
        const normalized = tf.mul(centered, inverse);
        return {
          value: tf.add(tf.mul(normalized, scale!), shift!),
          saved: [normalized, inverse, scale!],
          gradient(dy, saved) {
            const [rows, inverses, factor] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
            const others = rows.shape.map((_, axis) => axis).slice(0, -1);
            const scaled = tf.mul(dy, factor);
            const along = tf.mul(rows, tf.mean(tf.mul(scaled, rows), -1, true));
            return [
              tf.mul(tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), along), inverses),
              tf.sum(tf.mul(dy, rows), others),
              tf.sum(dy, others),
            ];
          },
        };
      }),
  };
}
