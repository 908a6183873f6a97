import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';

/**
 * Gives the value of `changed` with the gradient of `values`: a margin that is added where no gradient is recorded, as
 * much released code does ("characteristic gradient detachment", Liu et al., TPAMI 2022).
 */
export function straightThrough<T extends tf.Tensor>(values: T, changed: T): T {
  return tf.add(
    values,
    withoutGradient(() => tf.sub(changed, values)),
  ) as T;
}
