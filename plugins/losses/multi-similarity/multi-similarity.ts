import { tf, withoutGradient, z, type PairLoss } from 'ablate-ml';
import { cosineSimilarities, maskedLogSumExp, pairLossOf, pairMasks, type PairMasks } from 'ablate-ml/losses';

export const options = z.strictObject({
  alpha: z
    .number()
    .positive('alpha must be above 0: the loss divides by it')
    .default(2)
    .describe("α: sharpness of the positives' weights"),
  beta: z
    .number()
    .positive('beta must be above 0: the loss divides by it')
    .default(50)
    .describe("β: sharpness of the negatives' weights"),
  base: z
    .number()
    .min(-1, 'base is a cosine and lies in [−1, 1]')
    .max(1, 'base is a cosine and lies in [−1, 1]')
    .default(0.5)
    .describe('λ: similarity that parts positives from negatives'),
  epsilon: z
    .number()
    .min(0, 'epsilon widens what is mined and cannot be negative')
    .nullable()
    .default(0.1)
    .describe('ε: slack of the mining, or null to keep all pairs'),
});

/** Options of the multi-similarity loss. */
export type MultiSimilarityOptions = z.output<typeof options>;

/**
 * Multi-similarity loss (Wang, Han, Huang, Dong, Scott, CVPR 2019, eq. 15) on cosine similarities: mean over the batch
 * of 1/α ln(1 + Σ_P exp(−α(S − λ))) + 1/β ln(1 + Σ_N exp(β(S − λ))).
 */
export function multiSimilarity(options: MultiSimilarityOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const { alpha, beta, base, epsilon } = options;
    const similarity = cosineSimilarities(anchors.embedding, references.embedding);
    const all = pairMasks(anchors, references, sameSet);
    const { positive, negative } = epsilon === null ? all : informative(similarity, all, epsilon);
    const above: tf.Tensor2D = tf.sub(similarity, base);
    const pull = tf.div(tf.softplus(maskedLogSumExp(tf.mul(-alpha, above), positive)), alpha);
    const push = tf.div(tf.softplus(maskedLogSumExp(tf.mul(beta, above), negative)), beta);
    return { value: tf.mean(tf.add(pull, push)), parts: { positive: tf.mean(pull), negative: tf.mean(push) } };
  });
}

/**
 * The pairs of eq. 11 and 12: negatives nearer than the farthest positive, positives farther than the nearest negative,
 * with slack ε.
 */
function informative(similarity: tf.Tensor2D, { positive, negative }: PairMasks, epsilon: number): PairMasks {
  const among = (mask: tf.Tensor2D, otherwise: number): tf.Tensor2D =>
    tf.where(tf.greater(mask, 0), similarity, otherwise);
  const keep = (mask: tf.Tensor2D, condition: tf.Tensor): tf.Tensor2D => tf.mul(mask, tf.cast(condition, 'float32'));
  return {
    negative: withoutGradient(() =>
      keep(negative, tf.greater(tf.add(similarity, epsilon), tf.min(among(positive, Infinity), 1, true))),
    ),
    positive: withoutGradient(() =>
      keep(positive, tf.less(tf.sub(similarity, epsilon), tf.max(among(negative, -Infinity), 1, true))),
    ),
  };
}
