import * as tf from '@tensorflow/tfjs';
import { normalize } from '../logits/normalize.ts';

/**
 * Computes the cosines of the angles between rows, `a [rows, dim]`, `b [columns, dim]` → `[rows, columns]`; a row of
 * zeros has cosine 0 with all.
 */
export function cosineSimilarities(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const unit = normalize(a);
  return tf.matMul(unit, a === b ? unit : normalize(b), false, true);
}
