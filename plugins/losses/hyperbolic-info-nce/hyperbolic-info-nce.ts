import { tf, z, type PairLoss } from 'ablate-ml';
import { pairLossOf, pairMasks, poincareDistances, tupletMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  curvature: z
    .number()
    .positive("curvature must be above 0: the ball's radius is 1/√c")
    .default(0.1)
    .describe('c: curvature of the Poincaré ball, whose radius is 1/√c'),
  clip: z
    .number()
    .positive('clip is a norm and must be above 0')
    .nullable()
    .default(2.3)
    .describe('norm that longer embeddings are shortened to, or null for none'),
  temperature: z
    .number()
    .positive('temperature must be above 0: the distances are divided by it')
    .default(0.2)
    .describe('τ: what the distances are divided by'),
});

/** Options of hyperbolic InfoNCE. */
export type HyperbolicInfoNceOptions = z.output<typeof options>;

/**
 * Computes hyperbolic InfoNCE (Ermolov et al., CVPR 2022, eq. 5): the mean over ordered positive pairs of
 * −ln(exp(−D_ap/τ) / (exp(−D_ap/τ) + Σ_n exp(−D_an/τ))), D the distance in the Poincaré ball.
 */
export function hyperbolicInfoNce(options: HyperbolicInfoNceOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const distance = poincareDistances(anchors.embedding, references.embedding, options);
    const logits: tf.Tensor2D = tf.div(distance, -options.temperature);
    return { value: tupletMean(logits, logits, pairMasks(anchors, references, sameSet)) };
  });
}
