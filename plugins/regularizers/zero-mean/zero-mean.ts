import { tf, type Regularizer } from 'ablate-ml';

/** Penalizes rows by the mean of |Σ_d x_d|: keeps the numbers of a row around 0. */
export function zeroMean(): Regularizer {
  return { penalty: (rows) => tf.mean(tf.abs(tf.sum(rows, 1))) as tf.Scalar };
}
