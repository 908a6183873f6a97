import { tf, withoutGradient, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, cosineDistance, pairOptions, softHistogram } from 'ablate-ml/losses';

export const options = z.strictObject({
  bins: z
    .int('bins counts intervals of the similarity')
    .min(1, 'bins counts intervals of the similarity: at least 1')
    .default(100)
    .describe('intervals that the cosines, −1 to 1, are counted in: R − 1 of the paper'),
  miner: pairOptions.miner(),
});

/** Options of the histogram loss. */
export type HistogramOptions = z.output<typeof options>;

/**
 * Computes the histogram loss (Ustinova and Lempitsky, NIPS 2016, eq. 4): Σ_l h⁻_l Σ_{m≤l} h⁺_m, the probability that a
 * negative pair's cosine exceeds a positive pair's, from soft histograms of both. Without a pair of a sort, 0.
 */
export function histogram(options: HistogramOptions, parts: Pick<PairParts, 'miner'>): PairLoss {
  return comparedPairs({ ...parts, distance: cosineDistance }, ({ positive, negative, similarities }) => {
    const range = { low: -1, high: 1, bins: options.bins };
    const distribution = (mask: tf.Tensor2D): tf.Tensor1D => {
      const share = withoutGradient(() => tf.divNoNan(1, tf.sum(mask)));
      return tf.mul(tf.sum(softHistogram(similarities, mask, range), 0), share);
    };
    return { value: tf.sum(tf.mul(distribution(negative), tf.cumsum(distribution(positive)))) };
  });
}
