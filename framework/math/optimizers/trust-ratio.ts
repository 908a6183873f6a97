import * as tf from '@tensorflow/tfjs';

/** Numbers of a trust ratio beside the norms. */
export interface TrustRatioOptions {
  /** Of the weights' norm that is added to the update's; 0 unless told. */
  readonly share?: number;
  /** Added to the update's norm; 0 unless told. */
  readonly epsilon?: number;
  /** What the ratio is multiplied by; 1 unless told. */
  readonly factor?: number;
}

/**
 * Computes a layer's factor · ‖weights‖ / (‖update‖ + share · ‖weights‖ + ε), a scalar; 1 where either norm is 0 (You
 * et al., "Large Batch Training of Convolutional Networks", 2017, eq. 6).
 */
export function trustRatio(
  weights: tf.Tensor,
  update: tf.Tensor,
  { share = 0, epsilon = 0, factor = 1 }: TrustRatioOptions = {},
): tf.Scalar {
  return tf.tidy(() => {
    const [size, length] = [tf.norm(weights), tf.norm(update)];
    const ratio = tf.div(tf.mul(size, factor), tf.add(tf.add(length, tf.mul(size, share)), epsilon));
    const positive = tf.logicalAnd(tf.greater(size, 0), tf.greater(length, 0));
    return tf.where(positive, ratio, tf.onesLike(ratio)) as tf.Scalar;
  });
}
