import { type ClassContext, tf, z } from 'ablate-ml';
import {
  classSizeMargins,
  filterSimilarClasses,
  classificationOptions,
  type ClassificationOptionsOf,
  interclassFilter,
  classSizeMargin,
  classificationLoss,
  marginOptions,
  replaceTarget,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.cosine('m', 0.35).describe('margin taken from the target cosine'),
  classSizeMargin,
  interclassFilter,
  ...classificationOptions,
});

/** Options of CosFace. */
export type CosfaceOptions = ClassificationOptionsOf<z.output<typeof options>>;

/** Makes CosFace (Wang et al., CVPR 2018, eq. 4): the target logit is s (cosθ − m), the others s cosθ_j. */
export function cosface(options: CosfaceOptions, context: Pick<ClassContext, 'classCounts'> = {}): ClassificationLoss {
  return classificationLoss((given, { labels }) => {
    const scores = filterSimilarClasses(given, options.interclassFilter ?? 0);
    const m = options.classSizeMargin ? classSizeMargins(options.classSizeMargin, labels, context) : options.m;
    const target: tf.Tensor1D = tf.sub(targetCosine(scores), m);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target));
  }, options);
}
