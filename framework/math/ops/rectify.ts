import type * as tf from '@tensorflow/tfjs';

/** How a device rectifies: `ops.relu` and `ops.prelu`. */
interface Rectifiers {
  relu<T extends tf.Tensor>(x: T): T;
  prelu<T extends tf.Tensor>(x: T, slope: tf.Tensor1D): T;
}

/**
 * Applies PReLU to `x [..., channels]` with these negative slopes, ReLU where they are 0, and `x` itself where there
 * are none.
 */
export function rectify<T extends tf.Tensor>(x: T, slope: tf.Tensor1D | 0 | undefined, { relu, prelu }: Rectifiers): T {
  if (slope === undefined) return x;
  return slope === 0 ? relu(x) : prelu(x, slope);
}
