import { tf, type Reducer } from 'ablate-ml';

/** Averages over the anchors the mean of each anchor's losses. */
export function perAnchor(): Reducer {
  return {
    weigh({ losses, counts }) {
      const axes = counts.shape.map((_, axis) => axis).slice(1);
      // A loss an anchor is its own mean.
      if (axes.length === 0) return { weights: counts, count: tf.sum(counts) as tf.Scalar };
      const weights = tf.divNoNan(counts, tf.sum(counts, axes, true));
      return { weights, count: tf.scalar(losses.shape[0]!) };
    },
  };
}
