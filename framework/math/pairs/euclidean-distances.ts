import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { squaredDistances } from './squared-distances.ts';

/**
 * Computes the Euclidean distances ‖a_i − b_j‖, `[rows, dim]` and `[columns, dim]` → `[rows, columns]`. A distance of 0
 * has gradient 0.
 */
export function euclideanDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return customGradient([squaredDistances(a, b)], (squared) => {
    const distance = tf.sqrt(squared) as tf.Tensor2D;
    return differentiated({
      value: distance,
      saved: [distance],
      gradient: (dy, [kept]) => tf.divNoNan(tf.mul(dy, 0.5), kept),
    });
  });
}
