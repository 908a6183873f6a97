import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, maskedMean, pairOptions } from 'ablate-ml/losses';

const slack = (name: string, sort: string): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .min(0, `${name} is a share of the mean similarity and cannot be negative`)
    .max(1, `${name} is a share of the mean similarity and cannot exceed 1`)
    .default(0.01)
    .describe(`ε of the ${sort} pairs: share of their mean similarity within which a pair loses nothing`);

export const options = z.strictObject({
  positiveEpsilon: slack('positiveEpsilon', 'positive'),
  negativeEpsilon: slack('negativeEpsilon', 'negative'),
  distance: pairOptions.distance('cosine'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the intra-pair variance loss. */
export type IntraPairVarianceOptions = z.output<typeof options>;

/**
 * Computes the intra-pair variance loss (Yu and Tao, ICCV 2019, eq. 11 and 12): squared hinges that draw the cosines s
 * of each sort of pairs to their mean, max(0, (1 − ε) mean(s) − s)² of one label and max(0, s − (1 + ε) mean(s))² of
 * two.
 */
export function intraPairVariance(options: IntraPairVarianceOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, ({ positive, negative, similarities, reduce }) => {
    const below = tf.sub(tf.mul(1 - options.positiveEpsilon, maskedMean(similarities, positive)), similarities);
    const above = tf.sub(similarities, tf.mul(1 + options.negativeEpsilon, maskedMean(similarities, negative)));
    const pull = reduce(tf.square(tf.relu(below)), positive);
    const push = reduce(tf.square(tf.relu(above)), negative);
    return { value: tf.add(pull, push), parts: { positive: pull, negative: push } };
  });
}
