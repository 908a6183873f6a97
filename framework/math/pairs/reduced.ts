import * as tf from '@tensorflow/tfjs';
import type { Reducer } from '../../contracts/reducer.ts';
import { withoutGradient } from '../ops/without-gradient.ts';

/**
 * Reduces losses `[anchors, …]` to one: Σ weights · losses / count, weights and count constant for the gradient; 0 with
 * gradient 0 where the count is 0.
 *
 * @param counts how often each counts, in the shape of `losses`
 * @param labels int32 `[anchors]`
 */
export function reduced(reducer: Reducer, losses: tf.Tensor, counts: tf.Tensor, labels: tf.Tensor1D): tf.Scalar {
  const shares = withoutGradient(() => {
    const { weights, count } = reducer.weigh({ losses, counts, labels });
    return count ? tf.divNoNan(weights, count) : tf.clone(weights);
  });
  return tf.sum(tf.mul(losses, shares)) as tf.Scalar;
}
