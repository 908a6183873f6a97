import {
  angularMargin,
  classificationLoss,
  replaceTarget,
  straightThrough,
  targetCosine,
  tf,
  type AngularMarginOptions,
  type ClassificationLoss,
} from 'ablate-ml';

/** Options of ArcFace. */
export interface ArcfaceOptions extends AngularMarginOptions {
  /** Scale of the logits. */
  readonly s: number;
  /** Margin added to the target angle, in radians. */
  readonly m: number;
  /** `exact`, or `straight-through`: the margin counts in the value and not in the gradient. */
  readonly gradient: 'exact' | 'straight-through';
}

/** ArcFace (Deng et al., CVPR 2019, eq. 3): the target logit is s cos(θ + m), the others s cosθ_j. */
export function arcface(options: ArcfaceOptions): ClassificationLoss {
  return classificationLoss((scores) => {
    const cosine = targetCosine(scores);
    const margined = angularMargin(cosine, options.m, options);
    const target = options.gradient === 'exact' ? margined : straightThrough(cosine, margined);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target));
  });
}
