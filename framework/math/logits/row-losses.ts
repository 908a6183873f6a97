import * as tf from '@tensorflow/tfjs';
import { ops } from '../ops/ops.ts';
import type { ClassificationOptions } from './classification-options.ts';

/**
 * Computes the cross-entropy of each row, with label smoothing (Szegedy et al., CVPR 2016, section 7) and the focal
 * factor (1 − p)^γ (Lin et al., ICCV 2017, eq. 4) where the options ask for them, differentiated in both factors:
 * `logits [batch, columns]` → `[batch]`.
 */
export function rowLosses(
  logits: tf.Tensor2D,
  target: tf.Tensor1D,
  { labelSmoothing = 0, focal = 0 }: Partial<ClassificationOptions>,
): tf.Tensor1D {
  const own = ops.crossEntropy(logits, target);
  const smoothed = labelSmoothing === 0 ? own : withSmoothing(own, logits, labelSmoothing);
  if (focal === 0) return smoothed;
  // 1 − p = 1 − exp(−own); a floor, since a broken power has an infinite slope at 0.
  const missed = tf.maximum(tf.neg(tf.expm1(tf.neg(own))), 1e-12);
  return tf.mul(tf.pow(missed, focal), smoothed);
}

function withSmoothing(own: tf.Tensor1D, logits: tf.Tensor2D, epsilon: number): tf.Tensor1D {
  const uniform = tf.sub(tf.logSumExp(logits, 1), tf.mean(logits, 1));
  return tf.add(tf.mul(1 - epsilon, own), tf.mul(epsilon, uniform));
}
