import { tf, withoutGradient, type Regularizer } from 'ablate-ml';
import { argMaxMask, cosineSimilarities } from 'ablate-ml/losses';

/** Penalizes rows by the mean of the largest cosine of each row with another. */
export function regularFace(): Regularizer {
  return {
    penalty(rows) {
      const cosines = cosineSimilarities(rows, rows);
      const count = rows.shape[0];
      const nearest = withoutGradient(() => argMaxMask(cosines, tf.sub(1, tf.eye(count))));
      return tf.div(tf.sum(tf.mul(cosines, nearest)), count) as tf.Scalar;
    },
  };
}
