import * as tf from '@tensorflow/tfjs';

/** Numbers of adaptive gradient clipping. */
export interface UnitClipping {
  /** Share of a unit's weights' norm that its gradient may have. */
  readonly factor: number;
  /** Norm that weights count as at least. */
  readonly epsilon: number;
}

/**
 * Cuts a gradient unit by unit to a share of the weights' norm (Brock et al., "High-Performance Large-Scale Image
 * Recognition Without Normalization", ICML 2021, eq. 3). A unit is an output: a column of a kernel, the last axis, or
 * the channel of a depthwise one, `[height, width, channels, 1]`; a vector is one unit.
 */
export function clipByUnit(gradient: tf.Tensor, weights: tf.Tensor, { factor, epsilon }: UnitClipping): tf.Tensor {
  const { rank, shape } = weights;
  const unit = rank === 4 && shape[3] === 1 ? 2 : rank - 1;
  const axes = [...shape.keys()].filter((axis) => rank < 2 || axis !== unit);
  return tf.tidy(() => {
    const norms = (of: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(of), axes, true));
    const limit = tf.mul(tf.maximum(norms(weights), epsilon), factor);
    const norm = norms(gradient);
    return tf.mul(gradient, tf.minimum(1, tf.div(limit, tf.maximum(norm, 1e-6))));
  });
}
