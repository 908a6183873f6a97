import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, supervisedContrastiveMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the cosines are divided by it')
    .default(0.1)
    .describe('τ: what the cosines are divided by'),
  distance: pairOptions.distance('cosine'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the supervised contrastive loss. */
export type SupervisedContrastiveOptions = z.output<typeof options>;

/**
 * Makes the supervised contrastive loss (Khosla et al., NeurIPS 2020, eq. 2, L_out): mean over anchors i with a
 * positive of −1/|P(i)| Σ_p ln(exp(s_ip/τ) / Σ_{a≠i} exp(s_ia/τ)).
 */
export function supervisedContrastive(options: SupervisedContrastiveOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, (pairs) => {
    const logits: tf.Tensor2D = tf.div(pairs.similarities, options.temperature);
    return { value: supervisedContrastiveMean(logits, pairs, pairs.reduce) };
  });
}
