import { tf, withoutGradient, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, cosineDistance, pairOptions, rowHasAny, softHistogram } from 'ablate-ml/losses';

export const options = z.strictObject({
  bins: z
    .int('bins counts intervals of the distance')
    .min(1, 'bins counts intervals of the distance: at least 1')
    .default(10)
    .describe('intervals that the squared distances, 0 to 4, are counted in'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of FastAP. */
export type FastApOptions = z.output<typeof options>;

/**
 * Computes FastAP (Cakir et al., CVPR 2019, eq. 5 and 6): the mean over anchors with a positive of 1 − 1/N⁺ Σ_l h⁺_l
 * H⁺_l / H_l, from soft histograms h⁺ and h of the squared distances to the positives and to all others, H⁺ and H their
 * running sums.
 */
export function fastAp(options: FastApOptions, parts: Omit<PairParts, 'distance'>): PairLoss {
  return comparedPairs({ ...parts, distance: cosineDistance }, ({ positive, negative, similarities, reduce }) => {
    const squared: tf.Tensor2D = tf.sub(2, tf.mul(2, similarities));
    const range = { low: 0, high: 4, bins: options.bins };
    const ofPositives = softHistogram(squared, positive, range);
    const negativesSeen = tf.cumsum(softHistogram(squared, negative, range), 1);
    const seen = tf.add(tf.cumsum(ofPositives, 1), negativesSeen);
    // Where nothing has been seen yet, h⁺ is 0 too.
    const empty = withoutGradient(() => tf.cast(tf.lessEqual(seen, 0), 'float32'));
    // Since the h⁺ add up to N⁺, 1 − H⁺/H is H⁻/H in each.
    const misses = tf.sum(tf.div(tf.mul(ofPositives, negativesSeen), tf.add(seen, empty)), 1);
    const share = withoutGradient(() => tf.divNoNan(1, tf.sum(positive, 1)));
    return { value: reduce(tf.mul(misses, share), rowHasAny(positive)) };
  });
}
