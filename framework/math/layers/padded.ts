import * as tf from '@tensorflow/tfjs';

/**
 * Pads `x [batch, height, width, channels]` with `pad` rows and columns of zeros on each side, as PyTorch counts
 * padding.
 */
export function padded(x: tf.Tensor4D, pad: number): tf.Tensor4D {
  return pad === 0
    ? x
    : tf.pad(x, [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ]);
}
