import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { ops } from '../ops/ops.ts';

/**
 * Computes the rows divided by their Euclidean norm: `x [rows, dim]` → `[rows, dim]`. No epsilon, so that an embedding
 * of norm 1e-6 keeps its gradient; a row of zeros gives zeros with gradient 0. The gradient is (g − x̂ ⟨x̂, g⟩) / ‖x‖.
 */
export function normalize(x: tf.Tensor2D): tf.Tensor2D {
  return customGradient([x], (rows) => {
    const inverse = tf.expandDims(ops.inverseNorms(rows as tf.Tensor2D), 1);
    const unit = tf.mul(rows, inverse) as tf.Tensor2D;
    return differentiated({
      value: unit,
      saved: [unit, inverse],
      gradient: (dy, [direction, scale]) => {
        const along: tf.Tensor1D = tf.sum(tf.mul(direction, dy), 1);
        return tf.mul(ops.subtractScaledRows(dy, direction as tf.Tensor2D, along), scale);
      },
    });
  });
}
