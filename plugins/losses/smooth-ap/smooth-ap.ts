import { tf, withoutGradient, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, rowHasAny, softRanks } from 'ablate-ml/losses';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the differences of cosines are divided by it')
    .default(0.01)
    .describe('τ of the sigmoid that stands for the step'),
  distance: pairOptions.distance('cosine'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of Smooth-AP. */
export type SmoothApOptions = z.output<typeof options>;

/**
 * Computes Smooth-AP (Brown et al., ECCV 2020, eq. 8): the mean over queries with a positive of 1 − 1/|S_P| Σ_{i∈S_P}
 * R(i, S_P) / R(i, S), R(i, S) = 1 + Σ_{j∈S, j≠i} G((s_j − s_i)/τ), s the cosine. As in the authors' code the query is
 * one of its own positives.
 */
export function smoothAp(options: SmoothApOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, ({ positive, negative, sameSet, similarities, reduce }) => {
    const own = withoutGradient(
      () => (sameSet ? tf.add(positive, tf.eye(...positive.shape)) : positive) as tf.Tensor2D,
    );
    const positivesBefore = softRanks(similarities, own, options.temperature);
    const negativesBefore = softRanks(similarities, negative, options.temperature);
    // 1 − (1 + R⁺) / (1 + R⁺ + R⁻) of each positive.
    const miss = tf.div(negativesBefore, tf.add(tf.add(1, positivesBefore), negativesBefore));
    const share = withoutGradient(() => tf.divNoNan(own, tf.sum(own, 1, true)));
    return { value: reduce(tf.sum(tf.mul(miss, share), 1), rowHasAny(positive)) };
  });
}
