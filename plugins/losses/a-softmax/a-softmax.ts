import {
  angleOf,
  classificationLoss,
  replaceTarget,
  rowNorms,
  straightThrough,
  targetCosine,
  tf,
  withoutGradient,
  type ClassificationLoss,
  type Scores,
} from 'ablate-ml';

/** Options of A-Softmax. */
export interface ASoftmaxOptions {
  /** Multiple of the target angle; a whole number from 1 to 4 for `sphereface`. */
  readonly m: number;
  /** `sphereface`: ψ(θ) on the target; `sphereface-r-v2`: cos(θ_j / m) on the others. */
  readonly variant: 'sphereface' | 'sphereface-r-v2';
  /** λ at step 0 as far as `lambdaMin` allows. */
  readonly lambdaBase: number;
  /** How fast λ falls. */
  readonly gamma: number;
  /** Exponent of the fall. */
  readonly power: number;
  /** Where λ stops falling. */
  readonly lambdaMin: number;
  /** Scale of the logits: the embedding's own norm, or a number. */
  readonly s: 'norm' | number;
  /** `exact`, or `straight-through`: the margin counts in the value and not in the gradient. */
  readonly gradient: 'exact' | 'straight-through';
}

/**
 * A-Softmax, SphereFace (Liu et al., CVPR 2017, eq. 7), and SphereFace-R v2 (Liu et al., TPAMI 2022): a margin that
 * multiplies the angle.
 */
export function aSoftmax(options: ASoftmaxOptions): ClassificationLoss {
  return classificationLoss((scores, { embedding, step }) => {
    const margined =
      options.variant === 'sphereface' ? spherefaceCosines(scores, step, options) : othersNearer(scores, options.m);
    const cosines = options.gradient === 'exact' ? margined : straightThrough(scores.values, margined);
    return tf.mul(cosines, options.s === 'norm' ? tf.expandDims(rowNorms(embedding), 1) : options.s);
  });
}

/** (λ cosθ + ψ(θ)) / (1 + λ) on the target, with λ annealed by the step; the other cosines as they are. */
function spherefaceCosines(
  scores: Scores,
  step: number,
  { m, lambdaBase, gamma, power, lambdaMin }: ASoftmaxOptions,
): tf.Tensor2D {
  const lambda = Math.max(lambdaMin, lambdaBase * (1 + gamma * step) ** -power);
  const cosine = targetCosine(scores);
  const blended = tf.div(tf.add(tf.mul(lambda, cosine), psi(cosine, Math.round(m))), 1 + lambda) as tf.Tensor1D;
  return replaceTarget(scores.values, scores.target, blended);
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

/** SphereFace-R v2: instead of a wider target angle mθ_y, the other angles θ_j / m. */
function othersNearer(scores: Scores, m: number): tf.Tensor2D {
  return replaceTarget(tf.cos(tf.div(angleOf(scores.values), m)) as tf.Tensor2D, scores.target, targetCosine(scores));
}
