import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';

/** `mean`: over everything compared. `nonzero-mean`: over what has a loss above 0. */
export type PairReduction = 'mean' | 'nonzero-mean';

/** How losses become one: theirs, and how often each counts, in one shape. */
export type PairReduce = (losses: tf.Tensor, counts: tf.Tensor) => tf.Scalar;

/**
 * Computes the mean of the values that `mask` keeps; 0 with gradient 0 where it keeps none.
 *
 * @param values finite, of any shape
 * @param mask 0 and 1, in the shape of `values`
 */
export function maskedMean(values: tf.Tensor, mask: tf.Tensor, reduction: PairReduction = 'mean'): tf.Scalar {
  const weights = withoutGradient(() => {
    const counted = reduction === 'mean' ? mask : tf.mul(mask, tf.step(values));
    return tf.divNoNan(counted, tf.sum(counted));
  });
  return tf.sum(tf.mul(values, weights)) as tf.Scalar;
}
