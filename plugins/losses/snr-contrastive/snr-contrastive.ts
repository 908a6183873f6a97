import { tf, z, type LossOutput, type PairLoss } from 'ablate-ml';
import { maskedMean, pairEmbeddings, pairMasks, snrDistances } from 'ablate-ml/losses';

export const options = z.strictObject({
  positiveMargin: z
    .number()
    .min(0, 'positiveMargin is a distance and cannot be negative')
    .default(0.01)
    .describe('m⁺: distance below which a pair of one class loses nothing'),
  negativeMargin: z
    .number()
    .positive('negativeMargin must be above 0: no distance is below it otherwise')
    .default(0.2)
    .describe('m⁻: distance above which a pair of two classes loses nothing'),
  lambda: z
    .number()
    .min(0, 'lambda weighs a mean and cannot be negative')
    .default(0.005)
    .describe("λ: weight of the zero-mean regularizer, which keeps each embedding's numbers around 0"),
  normalize: z.boolean().default(false).describe('divide each embedding by its norm for the distances'),
  reduction: z
    .enum(['mean', 'nonzero-mean'])
    .default('nonzero-mean')
    .describe('over all pairs, or over the positive and the negative pairs that lose something, each apart'),
});

/** Options of the SNR-contrastive loss. */
export type SnrContrastiveOptions = z.output<typeof options>;

/**
 * Computes the SNR-contrastive loss (Yuan et al., CVPR 2019, eq. 8 to 10): hinges max(0, d − m⁺) over ordered pairs of
 * one label and max(0, m⁻ − d) over those of two, d_ab = var(b − a) / var(a); plus λ/M Σ_i |Σ_d x_id|.
 */
export function snrContrastive(options: SnrContrastiveOptions): PairLoss {
  const compare: PairLoss['compare'] = (anchors, references, sameSet): LossOutput => {
    const { positive, negative } = pairMasks(anchors, references, sameSet);
    const distance = snrDistances(...pairEmbeddings(anchors, references, options.normalize));
    const pull = tf.relu(tf.sub(distance, options.positiveMargin));
    const push = tf.relu(tf.sub(options.negativeMargin, distance));
    const pairs =
      options.reduction === 'nonzero-mean'
        ? tf.add(maskedMean(pull, positive, 'nonzero-mean'), maskedMean(push, negative, 'nonzero-mean'))
        : maskedMean(tf.add(tf.mul(pull, positive), tf.mul(push, negative)), tf.add(positive, negative));
    const offCenter = tf.mean(tf.abs(tf.sum(anchors.embedding, 1))) as tf.Scalar;
    return { value: tf.add(pairs, tf.mul(options.lambda, offCenter)), parts: { offCenter } };
  };
  return { parameters: [], compare, forward: (input) => compare(input, input, true) };
}
