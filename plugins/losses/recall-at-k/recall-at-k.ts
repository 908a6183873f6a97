import { tf, withoutGradient, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, rowHasAny, softRanks } from 'ablate-ml/losses';

const temperature = (initial: number, of: string): z.ZodDefault<z.ZodNumber> =>
  z.number().positive('a temperature must be above 0: it divides').default(initial).describe(of);

export const options = z.strictObject({
  k: z
    .array(z.int('k counts places').min(1, 'k counts places: at least 1'))
    .min(1, 'k names at least one number of places')
    .default([1, 2, 4, 8, 16])
    .describe('the numbers of places at which the recall is taken; their mean counts'),
  temperature: temperature(0.01, 'τ of the sigmoid that ranks, over differences of cosines'),
  rankTemperature: temperature(1, 'τ of the sigmoid that asks whether a rank lies within k'),
  countQuery: z
    .boolean()
    .default(false)
    .describe('whether the query counts among those before it, as in the released code, or not, as in the paper'),
  distance: pairOptions.distance('cosine'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the Recall@k surrogate. */
export type RecallAtKOptions = z.output<typeof options>;

/**
 * Computes the Recall@k surrogate (Patel, Tolias, Matas, CVPR 2022, eq. 5 to 7): the mean over queries with a positive
 * of 1 − the mean over k of min(k, Σ_x G_rank(k − r(x))) / min(k, positives), r(x) = 1 + Σ_{z≠x} G(s_z − s_x).
 */
export function recallAtK(options: RecallAtKOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, ({ positive, negative, sameSet, similarities, reduce }) => {
    const others: tf.Tensor2D = tf.add(positive, negative);
    const before = withoutGradient(() =>
      options.countQuery && sameSet ? (tf.add(others, tf.eye(...positive.shape)) as tf.Tensor2D) : tf.clone(others),
    );
    const ranks = tf.add(1, softRanks(similarities, before, options.temperature));
    const count = withoutGradient(() => tf.sum(positive, 1));
    const recalls = options.k.map((k) => {
      const within = tf.sigmoid(tf.div(tf.sub(k, ranks), options.rankTemperature));
      const hits = tf.minimum(k, tf.sum(tf.mul(within, positive), 1));
      return tf.div(hits, tf.maximum(1, tf.minimum(k, count)));
    });
    return { value: reduce(tf.sub(1, tf.mean(tf.stack(recalls), 0)), rowHasAny(positive)) };
  });
}
