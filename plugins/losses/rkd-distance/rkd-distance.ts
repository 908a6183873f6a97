import { tf, withoutGradient, type Loss } from 'ablate-ml';
import { euclideanDistances, huber } from 'ablate-ml/losses';

/**
 * Computes relational knowledge distillation by distances (Park, Kim, Lu, Cho, CVPR 2019, eq. 6 to 8): the mean over
 * all ordered pairs of rows of the Huber loss between their distance in the student and in the teacher, each divided by
 * the mean of the distances above 0.
 */
export function rkdDistance(): Loss {
  return {
    parameters: [],
    forward({ embedding, teacher }) {
      const wanted = withoutGradient(() => relativeDistances(teacher!));
      return { value: tf.mean(huber(tf.sub(relativeDistances(embedding), wanted))) as tf.Scalar };
    },
  };
}

/** Distances over their mean; where all are 0, 0. */
function relativeDistances(rows: tf.Tensor2D): tf.Tensor2D {
  const distance = euclideanDistances(rows, rows);
  const count = withoutGradient(() => tf.maximum(1, tf.sum(tf.step(distance))));
  const mean = tf.div(tf.sum(distance), count);
  const allZero = withoutGradient(() => tf.cast(tf.equal(mean, 0), 'float32'));
  return tf.div(distance, tf.add(mean, allZero));
}
