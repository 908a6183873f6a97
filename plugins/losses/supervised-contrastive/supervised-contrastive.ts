import { tf, z, type PairLoss } from 'ablate-ml';
import { cosineSimilarities, pairLossOf, pairMasks, supervisedContrastiveMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the cosines are divided by it')
    .default(0.1)
    .describe('τ: what the cosines are divided by'),
});

/** Options of the supervised contrastive loss. */
export type SupervisedContrastiveOptions = z.output<typeof options>;

/**
 * Supervised contrastive loss (Khosla et al., NeurIPS 2020, eq. 2, L_out): mean over anchors i with a positive of
 * −1/|P(i)| Σ_p ln(exp(s_ip/τ) / Σ_{a≠i} exp(s_ia/τ)).
 */
export function supervisedContrastive(options: SupervisedContrastiveOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const cosines = cosineSimilarities(anchors.embedding, references.embedding);
    const logits: tf.Tensor2D = tf.div(cosines, options.temperature);
    return { value: supervisedContrastiveMean(logits, pairMasks(anchors, references, sameSet)) };
  });
}
