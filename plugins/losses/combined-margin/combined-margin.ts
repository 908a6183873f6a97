import { tf, z } from 'ablate-ml';
import {
  classificationOptions,
  type ClassificationOptionsOf,
  angleOf,
  classificationLoss,
  cosOfAnglePlus,
  marginOptions,
  replaceTarget,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m1: z
    .number()
    .positive('m1 multiplies the angle and must be greater than 0')
    .default(1)
    .describe('factor of the target angle'),
  m2: marginOptions.angle('m2', 0.3).describe('margin added to the target angle, in radians'),
  m3: marginOptions.cosine('m3', 0.2).describe('margin taken from the target cosine'),
  ...classificationOptions,
});

/** Options of the combined margin. */
export type CombinedMarginOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes the combined margin (Deng et al., CVPR 2019, eq. 4): the target logit is s (cos(m1 θ + m2) − m3), without a
 * guard past π.
 */
export function combinedMargin(options: CombinedMarginOptions): ClassificationLoss {
  return classificationLoss((scores) => {
    const { s, m1, m2, m3 } = options;
    const cosine = targetCosine(scores);
    const shifted = m1 === 1 ? cosOfAnglePlus(cosine, m2) : tf.cos(tf.add(tf.mul(m1, angleOf(cosine)), m2));
    return tf.mul(s, replaceTarget(scores.values, scores.target, tf.sub(shifted, m3)));
  }, options);
}
