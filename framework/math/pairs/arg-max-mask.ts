import * as tf from '@tensorflow/tfjs';

/**
 * Gives 1 at the largest of the values that `mask` keeps along the last axis, of equals the first; 0 elsewhere, and
 * everywhere where it keeps none.
 */
export function argMaxMask(values: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const place = tf.argMax(tf.where(tf.greater(mask, 0), values, -Infinity), -1);
  const columns = tf.range(0, values.shape.at(-1)!, 1, 'int32');
  return tf.mul(mask, tf.cast(tf.equal(tf.expandDims(place, -1), columns), 'float32'));
}
