import { cosineSimilarities, pairLossOf, pairMasks, supervisedContrastiveMean, tf, type PairLoss } from 'ablate-ml';

/** Options of the supervised contrastive loss. */
export interface SupervisedContrastiveOptions {
  /** τ, which the cosines are divided by. */
  readonly temperature: number;
}

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
