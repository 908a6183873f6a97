import { tf, z, type PairLoss } from 'ablate-ml';
import { cosineSimilarities, pairLossOf, pairMasks, tupletMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the cosines are divided by it')
    .default(0.07)
    .describe('τ: what the cosines are divided by'),
});

/** Options of NT-Xent. */
export type NtXentOptions = z.output<typeof options>;

/**
 * Computes NT-Xent, InfoNCE over the labels of a batch (van den Oord, Li, Vinyals, 2018, eq. 4; Chen et al., ICML 2020,
 * eq. 1): the mean over ordered positive pairs (a, p) of −ln(exp(s_ap/τ) / (exp(s_ap/τ) + Σ_n exp(s_an/τ))), s the
 * cosine, n the rows of other labels.
 */
export function ntXent(options: NtXentOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const cosines = cosineSimilarities(anchors.embedding, references.embedding);
    const logits: tf.Tensor2D = tf.div(cosines, options.temperature);
    return { value: tupletMean(logits, logits, pairMasks(anchors, references, sameSet)) };
  });
}
