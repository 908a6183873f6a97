import { tf, withoutGradient, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions } from 'ablate-ml/losses';

const cosine = (name: string): z.ZodNumber =>
  z.number().min(-1, `${name} is a cosine and lies in [−1, 1]`).max(1, `${name} is a cosine and lies in [−1, 1]`);
const weight = (name: string): z.ZodNumber => z.number().min(0, `${name} weighs a mean and cannot be negative`);

export const options = z.strictObject({
  positiveMargin: cosine('positiveMargin').default(0.9).describe('m⁺: cosine below which a positive pair counts'),
  negativeMargin: cosine('negativeMargin').default(0.5).describe('m⁻: cosine above which a negative pair counts'),
  positiveWeight: weight('positiveWeight').default(1).describe('λ⁺: weight of the positive pairs'),
  negativeWeight: weight('negativeWeight').default(1).describe('λ⁻: weight of the negative pairs'),
  distance: pairOptions.distance('cosine'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the threshold-consistent margin. */
export type ThresholdConsistentMarginOptions = z.output<typeof options>;

/**
 * Computes the threshold-consistent margin loss (Zhang et al., ICLR 2024, eq. 6): λ⁺ times the mean of m⁺ − s over the
 * positive pairs with s ≤ m⁺, plus λ⁻ times the mean of s − m⁻ over the negative pairs with s ≥ m⁻, s the cosine. The
 * numbers of pairs are constant for the gradient.
 */
export function thresholdConsistentMargin(options: ThresholdConsistentMarginOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, ({ positive, negative, similarities: s, reduce }) => {
    const { positiveMargin, negativeMargin, positiveWeight, negativeWeight } = options;
    const among = (mask: tf.Tensor, hard: () => tf.Tensor): tf.Tensor =>
      withoutGradient(() => tf.mul(mask, tf.cast(hard(), 'float32')));
    const pull = reduce(
      tf.sub(positiveMargin, s),
      among(positive, () => tf.lessEqual(s, positiveMargin)),
    );
    const push = reduce(
      tf.sub(s, negativeMargin),
      among(negative, () => tf.greaterEqual(s, negativeMargin)),
    );
    return {
      value: tf.add(tf.mul(positiveWeight, pull), tf.mul(negativeWeight, push)),
      parts: { positive: pull, negative: push },
    };
  });
}
