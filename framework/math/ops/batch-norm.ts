import * as tf from '@tensorflow/tfjs';

/** What goes into a batch normalization beside `x [..., channels]`; all tensors are `[channels]`. */
export interface BatchNormInput {
  /** γ; undefined for 1. */
  readonly gain: tf.Tensor1D | undefined;
  /** β; undefined for 0. */
  readonly offset: tf.Tensor1D | undefined;
  /** Running statistics before this batch. */
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
  /** Share of the old running statistics that is kept, in [0, 1). */
  readonly momentum: number;
  readonly epsilon: number;
  /** Negative slopes of a PReLU behind it, 0 for ReLU; undefined for none. */
  readonly slope?: tf.Tensor1D | 0 | undefined;
}

/**
 * The normalized `x`, and the running statistics after this batch, `[channels]`; these are constants for the gradient.
 */
export interface BatchNorm<T extends tf.Tensor> {
  readonly value: T;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/**
 * Computes γ (x − μ) / √(σ² + ε) + β with the batch's mean and biased variance (Ioffe and Szegedy, ICML 2015, algorithm
 * 1); the running variance follows the unbiased one, as PyTorch's. No rectifier behind it.
 */
export function batchNorm<T extends tf.Tensor>(
  x: T,
  { gain, offset, mean, variance, momentum, epsilon }: Omit<BatchNormInput, 'slope'>,
): BatchNorm<T> {
  const moments = tf.moments(x, x.shape.map((_, axis) => axis).slice(0, -1));
  const count = x.size / x.shape.at(-1)!;
  const follow = (running: tf.Tensor1D, found: tf.Tensor): tf.Tensor1D =>
    tf.add(tf.mul(running, momentum), tf.mul(found, 1 - momentum));
  const inverse = tf.rsqrt(tf.add(moments.variance, epsilon));
  const scaled = tf.mul(tf.sub(x, moments.mean), gain ? tf.mul(inverse, gain) : inverse) as T;
  return {
    value: offset ? tf.add(scaled as tf.Tensor, offset) : scaled,
    mean: follow(mean, moments.mean),
    variance: follow(variance, tf.mul(moments.variance, count / Math.max(1, count - 1))),
  };
}
