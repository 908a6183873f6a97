import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';

/** How much of a multiplied angle counts over training: λ = max(λmin, λbase (1 + γ step)^(−power)). */
export interface AnnealedAngle {
  /** Multiple of the target angle; a whole number. */
  readonly m: number;
  /** λ at step 0 as far as `lambdaMin` allows. */
  readonly lambdaBase: number;
  /** How fast λ falls. */
  readonly gamma: number;
  /** Exponent of the fall. */
  readonly power: number;
  /** Where λ stops falling. */
  readonly lambdaMin: number;
}

/**
 * Computes (λ cosθ + ψ(θ)) / (1 + λ) with λ annealed by the step (Liu et al., ICML 2016, section 4.2; Liu et al., CVPR
 * 2017). `cosine [batch]` → `[batch]`
 */
export function multipliedAngle(
  cosine: tf.Tensor1D,
  step: number,
  { m, lambdaBase, gamma, power, lambdaMin }: AnnealedAngle,
): tf.Tensor1D {
  const lambda = Math.max(lambdaMin, lambdaBase * (1 + gamma * step) ** -power);
  return tf.div(tf.add(tf.mul(lambda, cosine), psi(cosine, Math.round(m))), 1 + lambda) as tf.Tensor1D;
}

/**
 * ψ(θ) = (−1)^k cos(mθ) − 2k on [kπ/m, (k + 1)π/m], which falls from 1 to 1 − 2m over [0, π]. k is constant for the
 * gradient.
 */
function psi(cosine: tf.Tensor1D, m: number): tf.Tensor {
  const k = withoutGradient(() => {
    const bounds = tf.tensor2d(
      Array.from({ length: m - 1 }, (_, index) => [Math.cos(((index + 1) * Math.PI) / m)]),
      [m - 1, 1],
    );
    return tf.sum(tf.cast(tf.less(tf.expandDims(cosine, 0), bounds), 'float32'), 0);
  });
  const sign = tf.sub(1, tf.mul(2, tf.mod(k, 2)));
  return tf.sub(tf.mul(sign, cosineOfMultiple(cosine, m)), tf.mul(2, k));
}

/** cos(mθ) as the Chebyshev polynomial of cosθ: smooth also at 0 and π. T_m = 2 cosθ T_{m−1} − T_{m−2}. */
function cosineOfMultiple(cosine: tf.Tensor1D, m: number): tf.Tensor {
  if (m === 1) return cosine;
  const before = m === 2 ? tf.onesLike(cosine) : cosineOfMultiple(cosine, m - 2);
  return tf.sub(tf.mul(tf.mul(2, cosine), cosineOfMultiple(cosine, m - 1)), before);
}
