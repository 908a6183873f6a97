import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';
import { squaredDistances } from './squared-distances.ts';

/**
 * Computes signal-to-noise ratio distances var(b_j − a_i) / var(a_i), the variance over the dimensions of a row (Yuan
 * et al., CVPR 2019, eq. 4): `a [rows, dim]`, `b [columns, dim]` → `[rows, columns]`, not symmetric. A row whose
 * numbers are all equal has no signal: its variance counts as 1.
 */
export function snrDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const centered = (x: tf.Tensor2D): tf.Tensor2D => tf.sub(x, tf.mean(x, 1, true));
  const signal = centered(a);
  const power = tf.sum(tf.square(signal), 1, true);
  const silent = withoutGradient(() => tf.cast(tf.equal(power, 0), 'float32'));
  return tf.div(squaredDistances(signal, a === b ? signal : centered(b)), tf.add(power, silent));
}
