import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Scores } from '../../contracts/head.ts';
import { withoutGradient } from '../ops/without-gradient.ts';

/** The option of a margin loss by which classes too similar to a row are left out. */
export const interclassFilter = z
  .number()
  .min(0, 'interclassFilter is a cosine and lies in [0, 1]')
  .max(1, 'interclassFilter is a cosine and lies in [0, 1]')
  .default(0)
  .describe('cosine above which another class is taken for the same person: its logit becomes 0; 0: none');

/**
 * Sets to 0 the cosines above `threshold` of classes other than a row's own (inter-class filtering: An et al., CVPR
 * 2022, section 3.3): what remains of such a class is e⁰ in the denominator, without gradient. A threshold of 0 leaves
 * all.
 */
export function filterSimilarClasses(scores: Scores, threshold: number): Scores {
  if (threshold === 0) return scores;
  const { values, target } = scores;
  const kept = withoutGradient(() => {
    const own = tf.oneHot(target, values.shape[1], 1, 0, 'float32');
    return tf.maximum(own, tf.cast(tf.lessEqual(values, threshold), 'float32'));
  });
  return { ...scores, values: tf.mul(values, kept) };
}
