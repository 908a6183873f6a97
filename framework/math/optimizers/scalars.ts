import * as tf from '@tensorflow/tfjs';

/**
 * Makes each distinct number one scalar tensor, so that a step over many parameters does not make it again for each.
 */
export function scalars(): (value: number) => tf.Scalar {
  const made = new Map<number, tf.Scalar>();
  return (value) => {
    const known = made.get(value);
    if (known) return known;
    const scalar = tf.scalar(value);
    made.set(value, scalar);
    return scalar;
  };
}
