import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/**
 * Computes the Euclidean norm of each row, `x [rows, dim]` → `[rows]`. The gradient is x/‖x‖, and 0 where the norm is
 * 0.
 */
export function rowNorms(x: tf.Tensor2D): tf.Tensor1D {
  return customGradient([x], (rows) => {
    const norm = tf.norm(rows, 2, 1, true);
    return differentiated({
      value: tf.squeeze(norm, [1]),
      saved: [rows, norm],
      gradient: (dy, [vector, length]) => tf.mul(tf.divNoNan(vector, length), tf.expandDims(dy, 1)),
    });
  });
}
