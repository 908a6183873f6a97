import { tf, type Reducer } from 'ablate-ml';

/** Averages over everything compared, of positive and negative pairs together. */
export function mean(): Reducer {
  return { together: true, weigh: ({ counts }) => ({ weights: counts, count: tf.sum(counts) as tf.Scalar }) };
}
