import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';
import { cosOfAnglePlus } from './cos-of-angle-plus.ts';

/** What becomes of a target angle to which the margin can no longer be added. */
export interface AngularMarginOptions {
  /** Past θ > π − m, where cos(θ + m) would rise again: `linear` takes cosθ − m sin m, `none` leaves it. */
  readonly guard: 'linear' | 'none';
  /** The margin only where cosθ > 0, and cosθ elsewhere; the guard then has nothing to do. */
  readonly easyMargin: boolean;
}

/**
 * Computes the additive angular margin of Deng et al., CVPR 2019, eq. 3, on the target cosine: cos(θ + m), with the
 * released code's exceptions for wide angles.
 *
 * @param cosine cosθ_y `[batch]`
 * @param m radians in [0, π), a number or one for each row
 */
export function angularMargin(
  cosine: tf.Tensor1D,
  m: number | tf.Tensor1D,
  { guard, easyMargin }: AngularMarginOptions,
): tf.Tensor1D {
  const shifted = cosOfAnglePlus(cosine, m);
  const above = (limit: number | tf.Tensor): tf.Tensor => withoutGradient(() => tf.greater(cosine, limit));
  if (easyMargin) return tf.where(above(0), shifted, cosine);
  if (guard === 'none') return shifted;
  const [limit, penalty] =
    typeof m === 'number' ? [-Math.cos(m), m * Math.sin(m)] : [tf.neg(tf.cos(m)), tf.mul(m, tf.sin(m))];
  return tf.where(above(limit), shifted, tf.sub(cosine, penalty)) as tf.Tensor1D;
}
