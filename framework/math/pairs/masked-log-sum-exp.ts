import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/** Stands for ln 0: far below every score, yet finite, so that sums and differences of it stay numbers. */
const logOfNothing = -1e30;

/**
 * Computes ln Σ exp(values) over the columns that `mask` keeps, without overflow. ln(1 + Σ exp) is `tf.softplus` of it.
 *
 * @param values `[rows, columns]`
 * @param mask 0 and 1, `[rows, columns]`
 * @param axis the axis summed over: 1 gives `[rows]`, 0 gives `[columns]`
 * @returns where the mask keeps nothing −1e30 with gradient 0; `tf.softplus` of that is 0
 */
export function maskedLogSumExp(values: tf.Tensor2D, mask: tf.Tensor2D, axis: 0 | 1 = 1): tf.Tensor1D {
  return customGradient([values], (given) => {
    const kept = tf.where(tf.greater(mask, 0), given, logOfNothing);
    const largest = tf.max(kept, axis, true);
    const terms = tf.mul(tf.exp(tf.sub(kept, largest)), mask);
    const sum = tf.sum(terms, axis, true);
    // An empty row has a sum of 0 here: its logarithm is taken of 1 instead, and its largest is −1e30 already.
    const logarithm = tf.add(largest, tf.log(tf.where(tf.greater(sum, 0), sum, tf.onesLike(sum))));
    return differentiated({
      value: tf.squeeze(logarithm, [axis]),
      saved: [tf.divNoNan(terms, sum)],
      gradient: (dy, [share]) => tf.mul(share, tf.expandDims(dy, axis)),
    });
  });
}
