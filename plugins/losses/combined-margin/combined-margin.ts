import {
  angleOf,
  cosOfAnglePlus,
  classificationLoss,
  replaceTarget,
  targetCosine,
  tf,
  type ClassificationLoss,
} from 'ablate-ml';

/** Options of the combined margin. */
export interface CombinedMarginOptions {
  /** Scale of the logits. */
  readonly s: number;
  /** Factor of the target angle (SphereFace's margin). */
  readonly m1: number;
  /** Added to the target angle, in radians (ArcFace's margin). */
  readonly m2: number;
  /** Taken from the target cosine (CosFace's margin). */
  readonly m3: number;
}

/**
 * Combined margin (Deng et al., CVPR 2019, eq. 4): the target logit is s (cos(m1 θ + m2) − m3), without a guard past π.
 */
export function combinedMargin(options: CombinedMarginOptions): ClassificationLoss {
  return classificationLoss((scores) => {
    const { s, m1, m2, m3 } = options;
    const cosine = targetCosine(scores);
    const shifted = m1 === 1 ? cosOfAnglePlus(cosine, m2) : tf.cos(tf.add(tf.mul(m1, angleOf(cosine)), m2));
    return tf.mul(s, replaceTarget(scores.values, scores.target, tf.sub(shifted, m3)));
  });
}
