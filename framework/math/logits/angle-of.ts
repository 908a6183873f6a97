import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/**
 * Computes θ = arccos(cosθ) in [0, π], of any shape; a cosine that exceeds 1 by rounding counts as 1. dθ / d cosθ = −1
 * / sinθ, taken as 0 where sinθ is 0.
 */
export function angleOf<T extends tf.Tensor>(cosine: T): T {
  return customGradient([cosine], (c) => {
    const inside = tf.clipByValue(c, -1, 1);
    const sine = tf.sqrt(tf.mul(tf.sub(1, inside), tf.add(1, inside)));
    return differentiated({
      value: tf.acos(inside) as T,
      saved: [sine],
      gradient: (dy, [root]) => tf.neg(tf.divNoNan(dy, root)),
    });
  });
}
