import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';
import { maskedLogSumExp } from './masked-log-sum-exp.ts';
import { maskedMean, type PairReduce } from './masked-mean.ts';
import type { PairMasks } from './pair-masks.ts';
import { rowHasAny } from './row-has-any.ts';

/**
 * Computes the mean over anchors i with a positive of −1/|P(i)| Σ_p ln(exp(z_ip) / Σ_{a≠i} exp(z_ia)) (Khosla et al.,
 * NeurIPS 2020, eq. 2). `logits [anchors, references]`, the similarities over the temperature
 */
export function supervisedContrastiveMean(
  logits: tf.Tensor2D,
  { positive, negative }: PairMasks,
  reduce: PairReduce = maskedMean,
): tf.Scalar {
  const share = withoutGradient(() => tf.divNoNan(positive, tf.sum(positive, 1, true)));
  const ofPositives = tf.sum(tf.mul(logits, share), 1);
  const ofAll = maskedLogSumExp(logits, tf.add(positive, negative));
  return reduce(tf.sub(ofAll, ofPositives), rowHasAny(positive));
}
