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

/** Options of circle loss. */
export interface CircleOptions {
  /** m, the relaxation: the decision boundary is a circle of radius √2·m around (s_n, s_p) = (0, 1). */
  readonly m: number;
  /** γ, the scale. */
  readonly gamma: number;
}

/**
 * Circle loss, pair form (Sun et al., CVPR 2020, eq. 5 and 6) on cosine similarities: mean over anchors with a positive
 * and a negative of ln(1 + Σ_N exp(γ α_n (s_n − m)) · Σ_P exp(−γ α_p (s_p − 1 + m))), the weights α constant for the
 * gradient.
 */
export function circle(options: CircleOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const { m, gamma } = options;
    const { positive, negative } = pairMasks(anchors, references, sameSet);
    const similarity = cosineSimilarities(anchors.embedding, references.embedding);
    const ofPositive = withoutGradient(() => tf.relu(tf.sub(1 + m, similarity)));
    const ofNegative = withoutGradient(() => tf.relu(tf.add(similarity, m)));
    const pull: tf.Tensor2D = tf.mul(tf.mul(-gamma, ofPositive), tf.sub(similarity, 1 - m));
    const push: tf.Tensor2D = tf.mul(tf.mul(gamma, ofNegative), tf.sub(similarity, m));
    const loss = tf.softplus(tf.add(maskedLogSumExp(push, negative), maskedLogSumExp(pull, positive)));
    return { value: maskedMean(loss, rowHasAny(positive, negative)) };
  });
}
