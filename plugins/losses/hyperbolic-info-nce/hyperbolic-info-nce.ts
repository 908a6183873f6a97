import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, poincareDistances, poincareOptions, tupletMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  ...poincareOptions,
  temperature: z
    .number()
    .positive('temperature must be above 0: the distances are divided by it')
    .default(0.2)
    .describe('τ: what the distances are divided by'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of hyperbolic InfoNCE. */
export type HyperbolicInfoNceOptions = z.output<typeof options>;

/**
 * Computes hyperbolic InfoNCE (Ermolov et al., CVPR 2022, eq. 5): the mean over ordered positive pairs of
 * −ln(exp(−D_ap/τ) / (exp(−D_ap/τ) + Σ_n exp(−D_an/τ))), D the distance in the Poincaré ball.
 */
export function hyperbolicInfoNce(options: HyperbolicInfoNceOptions, parts: Omit<PairParts, 'distance'>): PairLoss {
  const distance = { between: (x: tf.Tensor2D, y: tf.Tensor2D) => poincareDistances(x, y, options) };
  return comparedPairs({ ...parts, distance }, (pairs) => {
    const logits: tf.Tensor2D = tf.div(pairs.distances, -options.temperature);
    return { value: tupletMean(logits, logits, pairs, pairs.reduce) };
  });
}
