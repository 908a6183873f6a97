import { tf, withoutGradient, z, type ClassContext, type LossInput } from 'ablate-ml';
import {
  classificationOptions,
  angularMargin,
  classificationLoss,
  marginOptions,
  replaceTarget,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  base: z
    .enum(['arcface', 'cosface'])
    .default('arcface')
    .describe('where the margin goes: into the angle or the cosine'),
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.angle('m', 0.5).describe('mean of the margins that are drawn'),
  sigma: z
    .number()
    .min(0, 'sigma is a standard deviation and cannot be negative')
    .default(0.05)
    .describe('σ: standard deviation of the margins; 0: all rows have m'),
  assign: z
    .enum(['given', 'sorted'])
    .default('sorted')
    .describe(
      '`sorted` (ElasticFace+): the row farthest from its class has the largest margin; `given`: as they are drawn',
    ),
  guard: z
    .enum(['linear', 'none'])
    .default('none')
    .describe('arcface where θ > π − m: `linear` takes cosθ − m sin m, `none` keeps cos(θ + m)'),
  easyMargin: z.boolean().default(false).describe('arcface: the margin only where cosθ > 0, and cosθ elsewhere'),
  ...classificationOptions,
});

/** Options of ElasticFace. */
export type ElasticFaceOptions = z.output<typeof options>;

/**
 * Computes ElasticFace (Boutros et al., CVPR workshops 2022, eq. 5 and 6): ArcFace or CosFace with a margin for each
 * row, drawn from a normal distribution at every step.
 */
export function elasticFace(
  options: ElasticFaceOptions,
  { streams }: Pick<ClassContext, 'streams'>,
): ClassificationLoss {
  /** Margins of the step's rows, the same whenever the step is computed. */
  const drawn = (step: number, rows: number): tf.Tensor1D => {
    const random = streams.stream(`margins/${step}`);
    return tf.tensor1d(Float32Array.from({ length: rows }, () => options.m + options.sigma * random.normal()));
  };
  return classificationLoss((scores, { rowMargins, step }: LossInput) => {
    const cosine = targetCosine(scores);
    const margins = withoutGradient(() => {
      const given = rowMargins ?? drawn(step, cosine.size);
      return options.assign === 'sorted' ? byDistance(given, cosine) : tf.clone(given);
    });
    const target = options.base === 'arcface' ? angularMargin(cosine, margins, options) : tf.sub(cosine, margins);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target as tf.Tensor1D));
  }, options);
}

/** The margins in ascending order to the rows in descending order of their cosine. */
function byDistance(margins: tf.Tensor1D, cosine: tf.Tensor1D): tf.Tensor1D {
  const ascending = tf.reverse(tf.topk(margins, margins.size, true).values);
  const rows = tf.topk(cosine, cosine.size, true).indices;
  return tf.unsortedSegmentSum(ascending, rows as tf.Tensor1D, cosine.size) as tf.Tensor1D;
}
