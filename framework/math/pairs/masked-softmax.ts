import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/**
 * Computes the softmax over the columns that `mask` keeps, without overflow: values `[rows, columns]` → `[rows,
 * columns]`. Columns that it does not keep are 0, and so is a row of which it keeps nothing, with gradient 0.
 */
export function maskedSoftmax(values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  return customGradient([values], (given) => {
    const kept = tf.where(tf.greater(mask, 0), given, -1e30);
    const terms = tf.mul(tf.exp(tf.sub(kept, tf.max(kept, 1, true))), mask);
    const share = tf.divNoNan(terms, tf.sum(terms, 1, true)) as tf.Tensor2D;
    return differentiated({
      value: share,
      saved: [share],
      gradient: (dy, [p]) => tf.mul(p, tf.sub(dy, tf.sum(tf.mul(dy, p), 1, true))),
    });
  });
}
