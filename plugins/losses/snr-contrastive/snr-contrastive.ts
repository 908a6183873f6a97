import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairLossOf, pairOptions, reducePairs, snrDistances } from 'ablate-ml/losses';

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
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer('nonzero-mean'),
});

/** Options of the SNR-contrastive loss. */
export type SnrContrastiveOptions = z.output<typeof options>;

/**
 * Computes the SNR-contrastive loss (Yuan et al., CVPR 2019, eq. 8 to 10): hinges max(0, d − m⁺) over ordered pairs of
 * one label and max(0, m⁻ − d) over those of two, d_ab = var(b − a) / var(a); plus λ/M Σ_i |Σ_d x_id|.
 */
export function snrContrastive(options: SnrContrastiveOptions, parts: Omit<PairParts, 'distance'>): PairLoss {
  const pairLoss = comparedPairs(
    { ...parts, distance: { between: snrDistances } },
    (pairs) => {
      const pull = tf.relu(tf.sub(pairs.distances, options.positiveMargin));
      const push = tf.relu(tf.sub(options.negativeMargin, pairs.distances));
      return { value: reducePairs(pairs, parts, pull, push) };
    },
    options,
  );
  return pairLossOf((anchors, ...others) => {
    const { value, parts: logged } = pairLoss.compare(anchors, ...others);
    const offCenter = tf.mean(tf.abs(tf.sum(anchors.embedding, 1))) as tf.Scalar;
    return { value: tf.add(value, tf.mul(options.lambda, offCenter)), parts: { offCenter, ...logged } };
  });
}
