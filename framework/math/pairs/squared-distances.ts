import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/** Most numbers that the array of all differences may hold: 64 MiB. */
const maxDifferences = 2 ** 24;

/**
 * Computes the squared Euclidean distances ‖a_i − b_j‖², `a [rows, dim]`, `b [columns, dim]` → `[rows, columns]`.
 *
 * Differences are taken before they are squared, so that near neighbors far from the origin keep their digits. Where
 * all differences would not fit 64 MiB, ‖a‖² + ‖b‖² − 2⟨a, b⟩ of rows shifted to a common mean stands in, whose error
 * is about 1e-7 of the squared norms.
 */
export function squaredDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return a.shape[0] * b.size > maxDifferences ? byProducts(a, b) : byDifferences(a, b);
}

function byDifferences(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return customGradient([a, b], (rows, columns) => {
    const difference = tf.sub(tf.expandDims(rows, 1), tf.expandDims(columns, 0));
    return differentiated({
      value: tf.sum(tf.square(difference), 2) as tf.Tensor2D,
      saved: [difference],
      gradient: (dy, [kept]) => {
        const along = tf.mul(tf.expandDims(tf.mul(dy, 2), 2), kept);
        return [tf.sum(along, 1), tf.neg(tf.sum(along, 0))];
      },
    });
  });
}

function byProducts(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return customGradient([a, b], (rows, columns) => {
    const center = tf.mean(columns, 0, true);
    const [x, y] = [tf.sub(rows, center) as tf.Tensor2D, tf.sub(columns, center) as tf.Tensor2D];
    const norms = tf.add(tf.sum(tf.square(x), 1, true), tf.expandDims(tf.sum(tf.square(y), 1), 0));
    return differentiated({
      value: tf.relu(tf.sub(norms, tf.mul(tf.matMul(x, y, false, true), 2))) as tf.Tensor2D,
      saved: [x, y],
      gradient: (dy, [keptX, keptY]) => [
        tf.mul(2, tf.sub(tf.mul(keptX, tf.sum(dy, 1, true)), tf.matMul(dy, keptY as tf.Tensor2D))),
        tf.mul(2, tf.sub(tf.mul(keptY, tf.expandDims(tf.sum(dy, 0), 1)), tf.matMul(dy, keptX as tf.Tensor2D, true))),
      ],
    });
  });
}
