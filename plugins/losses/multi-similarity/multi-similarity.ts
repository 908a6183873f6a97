import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, maskedLogSumExp, pairOptions } from 'ablate-ml/losses';

export const options = z
  .strictObject({
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
    base: z.number().default(0.5).describe('λ: similarity that parts positives from negatives'),
    distance: pairOptions.distance('cosine'),
    miner: pairOptions.miner('multi-similarity'),
    reducer: pairOptions.reducer(),
  })
  .refine(({ distance, base }) => distance !== 'cosine' || Math.abs(base) <= 1, {
    message: 'base is a cosine and lies in [−1, 1]',
    path: ['base'],
  });

/** Options of the multi-similarity loss. */
export type MultiSimilarityOptions = z.output<typeof options>;

/**
 * Makes multi-similarity loss (Wang, Han, Huang, Dong, Scott, CVPR 2019, eq. 15) on cosine similarities: mean over the
 * batch of 1/α ln(1 + Σ_P exp(−α(S − λ))) + 1/β ln(1 + Σ_N exp(β(S − λ))).
 */
export function multiSimilarity(options: MultiSimilarityOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, ({ anchors, positive, negative, similarities, reduce }) => {
    const { alpha, beta, base } = options;
    const above: tf.Tensor2D = tf.sub(similarities, base);
    const pull = tf.div(tf.softplus(maskedLogSumExp(tf.mul(-alpha, above), positive)), alpha);
    const push = tf.div(tf.softplus(maskedLogSumExp(tf.mul(beta, above), negative)), beta);
    return {
      value: reduce(tf.add(pull, push), tf.cast(tf.onesLike(anchors.labels), 'float32')),
      parts: { positive: tf.mean(pull), negative: tf.mean(push) },
    };
  });
}
