import {
  cosineSimilarities,
  maskedLogSumExp,
  maskedMean,
  pairLossOf,
  pairMasks,
  rowHasAny,
  tf,
  withoutGradient,
  type PairLoss,
} from 'ablate-ml';

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
    const { positive, negative } = pairMasks(anchors, references, sameSet);
    const logits: tf.Tensor2D = tf.div(
      cosineSimilarities(anchors.embedding, references.embedding),
      options.temperature,
    );
    const share = withoutGradient(() => tf.divNoNan(positive, tf.sum(positive, 1, true)));
    const ofPositives = tf.sum(tf.mul(logits, share), 1);
    const ofAll = maskedLogSumExp(logits, tf.add(positive, negative));
    return { value: maskedMean(tf.sub(ofAll, ofPositives), rowHasAny(positive)) };
  });
}
