import { tf, type Regularizer } from 'ablate-ml';

/** Penalizes rows by a quarter of the squared deviation of each squared norm from their mean. */
export function centerInvariant(): Regularizer {
  return {
    penalty(rows) {
      const squares = tf.sum(tf.square(rows), 1);
      return tf.mul(0.25, tf.mean(tf.square(tf.sub(squares, tf.mean(squares))))) as tf.Scalar;
    },
  };
}
