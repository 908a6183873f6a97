import * as tf from '@tensorflow/tfjs';

/**
 * `values [batch, columns]` with `replacement [batch]` in each row's own column.
 *
 * @param target int32 `[batch]`, the column of each row's own class
 */
export function replaceTarget(values: tf.Tensor2D, target: tf.Tensor1D, replacement: tf.Tensor1D): tf.Tensor2D {
  const own = tf.cast(tf.oneHot(target, values.shape[1]), 'bool');
  return tf.where(own, tf.expandDims(replacement, 1), values) as tf.Tensor2D;
}
