import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, tupletMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the cosines are divided by it')
    .default(0.07)
    .describe('τ: what the cosines are divided by'),
  distance: pairOptions.distance('cosine'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of NT-Xent. */
export type NtXentOptions = z.output<typeof options>;

/**
 * Computes NT-Xent, InfoNCE over the labels of a batch (van den Oord, Li, Vinyals, 2018, eq. 4; Chen et al., ICML 2020,
 * eq. 1): the mean over ordered positive pairs (a, p) of −ln(exp(s_ap/τ) / (exp(s_ap/τ) + Σ_n exp(s_an/τ))), s the
 * cosine, n the rows of other labels.
 */
export function ntXent(options: NtXentOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, (pairs) => {
    const logits: tf.Tensor2D = tf.div(pairs.similarities, options.temperature);
    return { value: tupletMean(logits, logits, pairs, pairs.reduce) };
  });
}
