import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../ops/custom-gradient.ts';

/**
 * Rows divided by their Euclidean norm: `x [rows, dim]` → `[rows, dim]`. No epsilon, so that an embedding of norm 1e-6 keeps its
 * gradient; a row of zeros gives zeros with gradient 0. The gradient is (g − x̂ ⟨x̂, g⟩) / ‖x‖.
 */
export function normalise(x: tf.Tensor2D): tf.Tensor2D {
  return customGradient<tf.Tensor2D>([x], (rows) => {
    // tf.norm raises |x| to a power, which takes twenty times as long.
    const norm = tf.sqrt(tf.sum(tf.square(rows!), 1, true));
    const inverse = tf.divNoNan(tf.onesLike(norm), norm);
    const unit = tf.mul(rows!, inverse) as tf.Tensor2D;
    return {
      value: unit,
      saved: [unit, inverse],
      gradient: (dy, [direction, scale]) => {
        const along = tf.sum(tf.mul(direction!, dy), 1, true);
        return tf.mul(tf.sub(dy, tf.mul(direction!, along)), scale!);
      },
    };
  });
}
