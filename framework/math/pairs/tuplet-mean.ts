import * as tf from '@tensorflow/tfjs';
import { maskedLogSumExp } from './masked-log-sum-exp.ts';
import { maskedMean, type PairReduce } from './masked-mean.ts';
import type { PairMasks } from './pair-masks.ts';

/**
 * Computes the mean over positive pairs (a, p) of ln(1 + Σ_n exp(s_an − s_ap)), n the negatives of a: the
 * (N+1)-tuplet loss (Sohn, NIPS 2016, eq. 4), which is also −ln(e^s_ap / (e^s_ap + Σ_n e^s_an)). Without a pair, or
 * without a negative, 0.
 *
 * @param toPositive s_ap `[anchors, references]`
 * @param toNegative s_an `[anchors, references]`
 * @param reduce how the losses of the pairs become one
 */
export function tupletMean(
  toPositive: tf.Tensor2D,
  toNegative: tf.Tensor2D,
  { positive, negative }: PairMasks,
  reduce: PairReduce = maskedMean,
): tf.Scalar {
  const negatives = tf.expandDims(maskedLogSumExp(toNegative, negative), 1);
  return reduce(tf.softplus(tf.sub(negatives, toPositive)), positive);
}
