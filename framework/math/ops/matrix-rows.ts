import * as tf from '@tensorflow/tfjs';

/** Computes the inverse of each row's norm, `[rows, dim]` → `[rows]`, by TensorFlow.js alone: `Ops.inverseNorms`. */
export function inverseNorms(x: tf.Tensor2D): tf.Tensor1D {
  // tf.norm raises |x| to a power, which takes twenty times as long.
  const norm = tf.sqrt(tf.sum(tf.square(x), 1));
  return tf.divNoNan(tf.onesLike(norm), norm) as tf.Tensor1D;
}

/**
 * Subtracts `factor [rows]` times `y` from `x`, both `[rows, dim]`, by TensorFlow.js alone: `Ops.subtractScaledRows`.
 */
export function subtractScaledRows(x: tf.Tensor2D, y: tf.Tensor2D, factor: tf.Tensor1D): tf.Tensor2D {
  return tf.sub(x, tf.mul(y, tf.expandDims(factor, 1)));
}
