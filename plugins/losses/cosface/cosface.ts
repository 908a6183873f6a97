import {
  classificationLoss,
  marginOptions,
  replaceTarget,
  targetCosine,
  tf,
  z,
  type ClassificationLoss,
} from 'ablate-ml';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.cosine('m', 0.35).describe('margin taken from the target cosine'),
});

/** Options of CosFace. */
export type CosfaceOptions = z.output<typeof options>;

/** CosFace (Wang et al., CVPR 2018, eq. 4): the target logit is s (cosθ − m), the others s cosθ_j. */
export function cosface(options: CosfaceOptions): ClassificationLoss {
  return classificationLoss((scores) => {
    const target: tf.Tensor1D = tf.sub(targetCosine(scores), options.m);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target));
  });
}
