import * as tf from '@tensorflow/tfjs';

/** Adds up, for each row of `delta [n, dim]`, the rows of the same label. */
export function sumDuplicateRows(labels: tf.Tensor1D, delta: tf.Tensor2D): tf.Tensor2D {
  const same = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), 'float32') as tf.Tensor2D;
  return tf.matMul(same, delta);
}
