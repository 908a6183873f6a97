import * as tf from '@tensorflow/tfjs';

/**
 * Computes the factor, at most 1, that cuts the norm over all gradients together to `limit` (Pascanu et al., ICML 2013,
 * algorithm 1).
 */
export function clipGradients(gradients: readonly tf.Tensor[], limit: number): tf.Scalar {
  return tf.tidy(() => {
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    const norm = tf.sqrt(tf.addN(squares));
    return tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6))) as tf.Scalar;
  });
}
