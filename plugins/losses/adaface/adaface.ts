import { parameterOf, tf, withoutGradient, z, type LossInput } from 'ablate-ml';
import {
  classificationOptions,
  type ClassificationOptionsOf,
  classificationLoss,
  cosOfAnglePlus,
  marginOptions,
  replaceTarget,
  rowNorms,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.angle('m', 0.4).describe('m: the margin in radians and in cosine, between which the norm decides'),
  h: z
    .number()
    .min(0, 'h is a concentration and cannot be negative')
    .default(0.333)
    .describe('concentration: quality is h times the standardized norm, clipped to [−1, 1]'),
  tAlpha: marginOptions
    .share('tAlpha', 0.01)
    .describe('share of the batch in the running mean and deviation of the norms'),
  eps: z
    .number()
    .positive('eps keeps angles from 0 and π and must be greater than 0')
    .lt(1, 'eps keeps angles from 0 and π and must be small, below 1')
    .default(0.001)
    .describe('distance that angles and cosines keep from their ends'),
  ...classificationOptions,
});

/** Options of AdaFace. */
export type AdafaceOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes AdaFace (Kim, Jain, Liu, CVPR 2022, eq. 11): the target logit is s (cos(θ − m ẑ) − m ẑ − m), with the
 * embedding's norm as a stand-in for image quality: ẑ (eq. 8) is the norm against its running mean and deviation.
 */
export function adaface(options: AdafaceOptions): ClassificationLoss {
  const batchMean = parameterOf('batchMean', tf.scalar(20), 'state');
  const batchStd = parameterOf('batchStd', tf.scalar(100), 'state');

  /** The norms, and the running statistics with this batch in them. */
  const observe = ({ embedding }: LossInput) => {
    const norms = withoutGradient(() => tf.clipByValue(rowNorms(embedding), 0.001, 100));
    const { mean, variance } = tf.moments(norms);
    const blend = (running: tf.Scalar, batch: tf.Tensor): tf.Scalar =>
      tf.add(tf.mul(options.tAlpha, batch), tf.mul(1 - options.tAlpha, running));
    const unbiased = norms.size / (norms.size - 1);
    return {
      norms,
      mean: blend(batchMean.variable, mean),
      // One row has no deviation to learn from.
      deviation:
        norms.size === 1 ? tf.clone(batchStd.variable) : blend(batchStd.variable, tf.sqrt(tf.mul(variance, unbiased))),
    };
  };

  const loss = classificationLoss((scores, input) => {
    const { s, m, h, eps } = options;
    const { norms, mean, deviation } = observe(input);
    const quality = tf.clipByValue(tf.div(tf.mul(h, tf.sub(norms, mean)), tf.add(deviation, eps)), -1, 1);
    const values: tf.Tensor2D = tf.clipByValue(scores.values, -1 + eps, 1 - eps);
    const cosine = targetCosine({ ...scores, values });
    const turn: tf.Tensor1D = tf.mul(-m, quality);
    // clip(θ − m ẑ, ε, π − ε), with no gradient where the clip holds.
    const angle = withoutGradient(() => tf.add(tf.acos(cosine), turn));
    const held = tf.cos(tf.clipByValue(angle, eps, Math.PI - eps));
    const free = withoutGradient(() => tf.logicalAnd(tf.greater(angle, eps), tf.less(angle, Math.PI - eps)));
    const turned = tf.where(free, cosOfAnglePlus(cosine, turn), held);
    return tf.mul(s, replaceTarget(values, scores.target, tf.sub(turned, tf.add(m, tf.mul(m, quality)))));
  }, options);

  return {
    ...loss,
    parameters: [batchMean, batchStd],
    update(input) {
      const { mean, deviation } = observe(input);
      batchMean.variable.assign(mean);
      batchStd.variable.assign(deviation);
    },
  };
}
