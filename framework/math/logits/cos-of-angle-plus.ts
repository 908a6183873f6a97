import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/**
 * Computes cos(θ + m) from cosθ by cosθ cos m − sinθ sin m, so that no arc cosine is taken: its gradient is infinite at
 * 0 and π. At those angles, where cos(θ + m) has a cone point, the derivative through sinθ is taken as 0.
 *
 * @param cosine cosθ, of any shape; may exceed 1 by rounding
 * @param m radians, a number or one for each element
 */
export function cosOfAnglePlus<T extends tf.Tensor>(cosine: T, m: number | T): T {
  const [cosM, sinM] = typeof m === 'number' ? [Math.cos(m), Math.sin(m)] : [tf.cos(m), tf.sin(m)];
  return tf.sub(tf.mul(cosine, cosM), tf.mul(sineOf(cosine), sinM));
}

/** sinθ = √(1 − cos²θ) for θ in [0, π]; d sinθ / d cosθ = −cosθ / sinθ. */
function sineOf<T extends tf.Tensor>(cosine: T): T {
  return customGradient([cosine], (c) => {
    const sine = tf.sqrt(tf.relu(tf.mul(tf.sub(1, c), tf.add(1, c)))) as T;
    return differentiated({
      value: sine,
      saved: [c, sine],
      gradient: (dy, [x, root]) => tf.neg(tf.mul(dy, tf.divNoNan(x, root))),
    });
  });
}
