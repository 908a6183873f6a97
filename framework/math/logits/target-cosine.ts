import * as tf from '@tensorflow/tfjs';
import type { Scores } from '../../contracts/head.ts';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';

/** Takes the score of each row's own class, cosθ_y of a cosine head: `[batch]`. */
export function targetCosine({ values, target }: Scores): tf.Tensor1D {
  return customGradient([values], (all) => {
    const mask = tf.oneHot(target, values.shape[1], 1, 0, 'float32');
    return differentiated({
      value: tf.sum(tf.mul(all, mask), 1),
      saved: [mask],
      gradient: (dy, [kept]) => tf.mul(kept, tf.expandDims(dy, 1)),
    });
  });
}
