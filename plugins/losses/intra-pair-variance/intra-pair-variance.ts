import { tf, z, type PairLoss } from 'ablate-ml';
import { cosineSimilarities, maskedMean, pairLossOf, pairMasks } from 'ablate-ml/losses';

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
});

/** Options of the intra-pair variance loss. */
export type IntraPairVarianceOptions = z.output<typeof options>;

/**
 * Computes the intra-pair variance loss (Yu and Tao, ICCV 2019, eq. 11 and 12): squared hinges that draw the cosines s
 * of each sort of pairs to their mean, max(0, (1 − ε) mean(s) − s)² of one label and max(0, s − (1 + ε) mean(s))² of two.
 */
export function intraPairVariance(options: IntraPairVarianceOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const { positive, negative } = pairMasks(anchors, references, sameSet);
    const cosine = cosineSimilarities(anchors.embedding, references.embedding);
    const below = tf.sub(tf.mul(1 - options.positiveEpsilon, maskedMean(cosine, positive)), cosine);
    const above = tf.sub(cosine, tf.mul(1 + options.negativeEpsilon, maskedMean(cosine, negative)));
    const pull = maskedMean(tf.square(tf.relu(below)), positive);
    const push = maskedMean(tf.square(tf.relu(above)), negative);
    return { value: tf.add(pull, push), parts: { positive: pull, negative: push } };
  });
}
