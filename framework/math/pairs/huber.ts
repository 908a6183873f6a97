import * as tf from '@tensorflow/tfjs';

/** Computes the Huber loss of each number: v²/2 for |v| < 1, else |v| − ½. */
export function huber(values: tf.Tensor): tf.Tensor {
  const size = tf.abs(values);
  const capped = tf.minimum(size, 1);
  return tf.mul(capped, tf.sub(size, tf.mul(0.5, capped)));
}
