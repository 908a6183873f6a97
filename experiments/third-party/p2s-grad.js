import { tf } from 'ablate-ml';

/**
 * P2SGrad (Zhang et al., CVPR 2019): the gradient of cosθ_j is cosθ_j − 1(j = y) itself, not a probability's distance
 * to its target as softmax's is. That is the gradient of half the squared distance, which has neither scale nor margin
 * to choose.
 */
export function p2sGrad() {
  return {
    parameters: [],
    forward({ scores }) {
      const wanted = tf.oneHot(scores.target, scores.values.shape[1]);
      const distance = tf.sub(scores.values, wanted);
      return { value: tf.mul(0.5, tf.mean(tf.sum(tf.square(distance), 1))) };
    },
  };
}
