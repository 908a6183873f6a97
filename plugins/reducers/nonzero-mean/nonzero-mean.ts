import { tf, type Reducer } from 'ablate-ml';

/** Averages over the losses above 0. */
export function nonzeroMean(): Reducer {
  return {
    weigh({ losses, counts }) {
      const weights = tf.mul(counts, tf.step(losses));
      return { weights, count: tf.sum(weights) as tf.Scalar };
    },
  };
}
