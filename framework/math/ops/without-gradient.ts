import * as tf from '@tensorflow/tfjs';
import { holdConstant } from './held-constants.ts';

/**
 * Gives what `compute` returns, as a constant for the gradient: nothing inside is recorded, so it may also use
 * operations that have no gradient (comparisons, arg max).
 */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad(() => ({ value: holdConstant(compute), gradFunc: () => [] }))() as T;
}
