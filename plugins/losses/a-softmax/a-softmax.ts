import {
  angleOf,
  classificationLoss,
  multipliedAngle,
  replaceTarget,
  rowNorms,
  straightThrough,
  targetCosine,
  tf,
  type AnnealedAngle,
  type ClassificationLoss,
  type Scores,
} from 'ablate-ml';

/** Options of A-Softmax. */
export interface ASoftmaxOptions extends AnnealedAngle {
  /** `sphereface`: ψ(θ) on the target; `sphereface-r-v2`: cos(θ_j / m) on the others. */
  readonly variant: 'sphereface' | 'sphereface-r-v2';
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
function spherefaceCosines(scores: Scores, step: number, options: AnnealedAngle): tf.Tensor2D {
  return replaceTarget(scores.values, scores.target, multipliedAngle(targetCosine(scores), step, options));
}

/** SphereFace-R v2: instead of a wider target angle mθ_y, the other angles θ_j / m. */
function othersNearer(scores: Scores, m: number): tf.Tensor2D {
  return replaceTarget(tf.cos(tf.div(angleOf(scores.values), m)) as tf.Tensor2D, scores.target, targetCosine(scores));
}
