import * as tf from '@tensorflow/tfjs';
import type { LossInput } from '../../contracts/loss.ts';

/**
 * Computes the mean of a classification loss's rows over the batch, each row times its weight where the batch has
 * weights. `rows [batch]`
 */
export function batchMean(rows: tf.Tensor1D, { rowWeights }: Pick<LossInput, 'rowWeights'>): tf.Scalar {
  return tf.mean(rowWeights ? tf.mul(rows, rowWeights) : rows);
}
