import * as tf from '@tensorflow/tfjs';

/** Replaces rows by a pass over the whole variable: what every device can do. */
export function writeRows(variable: tf.Variable, labels: tf.Tensor1D, rows: tf.Tensor2D): void {
  const classes = variable.shape[0]!;
  const next = tf.tidy(() => {
    const named = tf.unsortedSegmentSum(tf.onesLike(labels), labels, classes);
    return tf.where(
      tf.expandDims(tf.greater(named, 0), 1),
      tf.unsortedSegmentSum(rows, labels, classes),
      variable as tf.Tensor as tf.Tensor2D,
    );
  });
  variable.assign(next);
  next.dispose();
}

/** Adds to rows by a pass over the whole variable. */
export function addRows(variable: tf.Variable, labels: tf.Tensor1D, delta: tf.Tensor2D): void {
  const next = tf.tidy(() => tf.add(variable, tf.unsortedSegmentSum(delta, labels, variable.shape[0]!)));
  variable.assign(next);
  next.dispose();
}
