import { parameterOf, tf, withoutGradient, z, type ClassContext, type Scores } from 'ablate-ml';
import {
  classificationOptions,
  batchMean,
  classificationLoss,
  rowLosses,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  variant: z
    .enum(['fixed', 'dynamic'])
    .default('dynamic')
    .describe('s = √2 ln(C − 1) throughout, or adapted at every step to how far the angles have come'),
  ...classificationOptions,
});

/** Options of AdaCos. */
export type AdaCosOptions = z.output<typeof options>;

/**
 * Computes AdaCos (Zhang et al., CVPR 2019): cross-entropy over s cosθ_j whose scale chooses itself. `fixed` is eq. 12;
 * `dynamic` is eq. 15, s = ln B / cos(min(π/4, median θ_y)) with B the batch's mean Σ_{j≠y} exp(s_before cosθ_j),
 * computed before it is used and constant for the gradient.
 */
export function adaCos(options: AdaCosOptions, { classes }: Pick<ClassContext, 'classes'>): ClassificationLoss {
  const { variant } = options;
  const s = parameterOf('s', tf.scalar(Math.SQRT2 * Math.log(Math.max(1, classes - 1))), 'state');
  const scaleOf = (scores: Scores): tf.Scalar =>
    withoutGradient(() => (variant === 'fixed' ? tf.clone(s.variable) : adapted(scores, s.variable)) as tf.Scalar);
  const plain = classificationLoss((scores) => tf.mul(scaleOf(scores), scores.values));
  return {
    ...plain,
    parameters: [s],
    forward(input) {
      const scale = scaleOf(input.scores!);
      const logits: tf.Tensor2D = tf.mul(scale, input.scores!.values);
      return { value: batchMean(rowLosses(logits, input.scores!.target, options), input), parts: { scale } };
    },
    update({ scores }) {
      if (variant === 'dynamic') s.variable.assign(adapted(scores!, s.variable));
    },
  };
}

/** The next scale from the batch's angles; of an even number of angles the median is the lower of the middle two. */
function adapted(scores: Scores, before: tf.Tensor): tf.Scalar {
  const own = targetCosine(scores);
  const others = tf.sub(tf.sum(tf.exp(tf.mul(before, scores.values)), 1), tf.exp(tf.mul(before, own)));
  // Cosines from the largest down are angles from the smallest up.
  const { values: descending } = tf.topk(own, own.size, true);
  const median = tf.slice(descending, [Math.floor((own.size - 1) / 2)], [1]);
  const cosine = tf.maximum(tf.squeeze(median), Math.cos(Math.PI / 4));
  return tf.div(tf.log(tf.mean(others)), cosine) as tf.Scalar;
}
