import { type ClassContext, tf, z } from 'ablate-ml';
import {
  classSizeMargins,
  filterSimilarClasses,
  classificationOptions,
  type ClassificationOptionsOf,
  interclassFilter,
  classSizeMargin,
  angularMargin,
  classificationLoss,
  marginOptions,
  replaceTarget,
  straightThrough,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.angle('m', 0.5).describe('margin added to the target angle, in radians'),
  guard: z
    .enum(['linear', 'none'])
    .default('linear')
    .describe('where θ > π − m: `linear` takes cosθ − m sin m, `none` keeps cos(θ + m)'),
  easyMargin: z.boolean().default(false).describe('the margin only where cosθ > 0, and cosθ elsewhere'),
  gradient: z
    .enum(['exact', 'straight-through'])
    .default('exact')
    .describe(
      '`straight-through`: the margin counts in the value and not in the gradient, as in code that adds it without recording',
    ),
  classSizeMargin,
  interclassFilter,
  ...classificationOptions,
});

/** Options of ArcFace. */
export type ArcfaceOptions = ClassificationOptionsOf<z.output<typeof options>>;

/** Makes ArcFace (Deng et al., CVPR 2019, eq. 3): the target logit is s cos(θ + m), the others s cosθ_j. */
export function arcface(options: ArcfaceOptions, context: Pick<ClassContext, 'classCounts'> = {}): ClassificationLoss {
  return classificationLoss((given, { labels }) => {
    const scores = filterSimilarClasses(given, options.interclassFilter ?? 0);
    const m = options.classSizeMargin ? classSizeMargins(options.classSizeMargin, labels, context) : options.m;
    const cosine = targetCosine(scores);
    const margined = angularMargin(cosine, m, options);
    const target = options.gradient === 'exact' ? margined : straightThrough(cosine, margined);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target));
  }, options);
}
