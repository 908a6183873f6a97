import { tf, z } from 'ablate-ml';
import {
  classificationOptions,
  type ClassificationOptionsOf,
  angularMargin,
  classificationLoss,
  marginOptions,
  replaceTarget,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.angle('m', 0.5).describe('margin added to the target angle, in radians'),
  subCenters: z
    .number()
    .int('subCenters counts sub-centers: a whole number')
    .min(1, 'subCenters counts the sub-centers of a class: at least 1')
    .default(3)
    .describe('K: sub-centers a class; the cosine head must have as many'),
  guard: z
    .enum(['linear', 'none'])
    .default('linear')
    .describe('where θ > π − m: `linear` takes cosθ − m sin m, `none` keeps cos(θ + m)'),
  easyMargin: z.boolean().default(false).describe('the margin only where cosθ > 0, and cosθ elsewhere'),
  ...classificationOptions,
});

/** Options of sub-center ArcFace. */
export type SubcenterArcfaceOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes sub-center ArcFace (Deng et al., ECCV 2020, eq. 3 and 4): ArcFace on cosθ_j = max over the K sub-centers of
 * class j. The maximum is taken by the head, so what is left here is the margin.
 */
export function subcenterArcface(options: SubcenterArcfaceOptions): ClassificationLoss {
  return classificationLoss((scores) => {
    const target = angularMargin(targetCosine(scores), options.m, options);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target));
  }, options);
}
