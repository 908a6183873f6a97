import {
  angularMargin,
  classificationLoss,
  replaceTarget,
  targetCosine,
  tf,
  type AngularMarginOptions,
  type ClassificationLoss,
} from 'ablate-ml';

/** Options of sub-center ArcFace. */
export interface SubcenterArcfaceOptions extends AngularMarginOptions {
  /** Scale of the logits. */
  readonly s: number;
  /** Margin added to the target angle, in radians. */
  readonly m: number;
  /** K, sub-centers a class; the cosine head keeps them and takes each class's nearest. */
  readonly subCenters: number;
}

/**
 * Sub-center ArcFace (Deng et al., ECCV 2020, eq. 3 and 4): ArcFace on cosθ_j = max over the K sub-centers of class j.
 * The maximum is taken by the head, so what is left here is the margin.
 */
export function subcenterArcface(options: SubcenterArcfaceOptions): ClassificationLoss {
  return classificationLoss((scores) => {
    const target = angularMargin(targetCosine(scores), options.m, options);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target));
  });
}
