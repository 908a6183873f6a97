import { tf, type Loss } from 'ablate-ml';

/**
 * Computes the mean over the batch of |Σ_d x_d|, on the embedding as it is: the zero-mean regularizer of Yuan et al., CVPR
 * 2019, eq. 10.
 */
export function zeroMeanRegularizer(): Loss {
  return {
    parameters: [],
    forward: ({ embedding }) => ({ value: tf.mean(tf.abs(tf.sum(embedding, 1))) as tf.Scalar }),
  };
}
