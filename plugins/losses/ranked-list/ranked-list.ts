import { tf, withoutGradient, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, maskedSoftmax, pairOptions } from 'ablate-ml/losses';

const temperature = (sort: string, initial: number): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .min(0, 'a temperature of the ranked list loss cannot be negative: it would prefer the pairs that are well')
    .default(initial)
    .describe(`T of the ${sort} pairs: how much more the worse of them count; 0: all alike`);

export const options = z.strictObject({
  margin: z
    .number()
    .positive('margin parts positives from negatives and must be above 0')
    .default(0.4)
    .describe('m: positives are drawn within α − m of the anchor'),
  alpha: z
    .number()
    .positive('alpha is a distance and must be above 0')
    .default(1.2)
    .describe('α: negatives are pushed beyond this distance'),
  positiveTemperature: temperature('positive', 0),
  negativeTemperature: temperature('negative', 10),
  balance: z
    .number()
    .min(0, 'balance is a share and lies in [0, 1]')
    .max(1, 'balance is a share and lies in [0, 1]')
    .default(0.5)
    .describe('λ: share of the negatives; the positives have 1 − λ'),
  normalize: z.boolean().default(true).describe('divide each embedding by its norm first'),
  weights: z
    .enum(['differentiated', 'constant'])
    .default('differentiated')
    .describe('whether the gradient flows through the weights too, as in released code, or not, as the paper argues'),
  distance: pairOptions.distance('euclidean'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the ranked list loss. */
export type RankedListOptions = z.output<typeof options>;

/**
 * Computes the ranked list loss (Wang et al., CVPR 2019, eq. 5 to 8): the mean over all rows of (1 − λ) times the
 * weighted mean of d − (α − m) over the positives beyond α − m, plus λ times that of α − d over the negatives within α.
 * A weight is exp(T times the pair's hinge).
 */
export function rankedList(options: RankedListOptions, parts: PairParts): PairLoss {
  return comparedPairs(
    parts,
    ({ anchors, positive, negative, distances, reduce }) => {
      const { margin, alpha, positiveTemperature, negativeTemperature, balance } = options;
      const every = tf.onesLike(anchors.labels).toFloat();
      const listLoss = (hinge: tf.Tensor2D, mask: tf.Tensor2D, sharpness: number): tf.Tensor1D => {
        const hard = withoutGradient(() => tf.mul(mask, tf.step(hinge)) as tf.Tensor2D);
        const weigh = (): tf.Tensor2D => maskedSoftmax(tf.mul(sharpness, hinge), hard);
        return tf.sum(tf.mul(options.weights === 'constant' ? withoutGradient(weigh) : weigh(), hinge), 1);
      };
      const pull = reduce(listLoss(tf.sub(distances, alpha - margin), positive, positiveTemperature), every);
      const push = reduce(listLoss(tf.sub(alpha, distances), negative, negativeTemperature), every);
      return {
        value: tf.add(tf.mul(1 - balance, pull), tf.mul(balance, push)),
        parts: { positive: pull, negative: push },
      };
    },
    options,
  );
}
