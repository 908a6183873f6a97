import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';

/** Gives 1 for each row in which every one of the masks keeps something, else 0: masks `[rows, columns]` → `[rows]`. */
export function rowHasAny(...masks: readonly tf.Tensor2D[]): tf.Tensor1D {
  return withoutGradient(
    () => masks.map((mask) => tf.step(tf.max(mask, 1))).reduce((all, row) => tf.mul(all, row)) as tf.Tensor1D,
  );
}
