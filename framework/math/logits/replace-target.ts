import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/**
 * Gives `values [batch, columns]` with `replacement [batch]` in each row's own column.
 *
 * @param target int32 `[batch]`, the column of each row's own class
 */
export function replaceTarget(values: tf.Tensor2D, target: tf.Tensor1D, replacement: tf.Tensor1D): tf.Tensor2D {
  return customGradient([values, replacement], (all, own) => {
    const mask = tf.oneHot(target, values.shape[1], 1, 0, 'float32');
    return differentiated({
      value: tf.where(tf.cast(mask, 'bool'), tf.expandDims(own, 1), all) as tf.Tensor2D,
      saved: [mask],
      // Written out, since that of a broadcast `where` takes a slice and a sum for each column.
      gradient: (dy, [kept]) => {
        const replaced = tf.mul(dy, kept);
        return [tf.sub(dy, replaced), tf.sum(replaced, 1)];
      },
    });
  });
}
