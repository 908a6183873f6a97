import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';

/** Applies a layer of matrices to each row of `x [..., channels]`: `[..., channels′]`. */
export function overRows(layer: Layer<tf.Tensor2D, tf.Tensor2D>): Layer {
  return {
    parameters: layer.parameters,
    apply(x, mode) {
      const rows = layer.apply(tf.reshape(x, [-1, x.shape.at(-1)!]), mode);
      return tf.reshape(rows, [...x.shape.slice(0, -1), rows.shape[1]]);
    },
  };
}
