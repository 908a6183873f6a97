import { tf, withoutGradient, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, cosineDistance, maskedLogSumExp, pairOptions, rowHasAny } from 'ablate-ml/losses';

export const options = z.strictObject({
  m: z
    .number()
    .min(0, 'm is the relaxation and lies in [0, 1]')
    .max(1, 'm is the relaxation and lies in [0, 1]')
    .default(0.4)
    .describe('m: relaxation; positives aim at a cosine of 1 − m, negatives at m'),
  gamma: z.number().positive('gamma must be above 0: at 0 nothing is compared').default(80).describe('γ: scale'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of circle loss. */
export type CircleOptions = z.output<typeof options>;

/**
 * Makes circle loss, pair form (Sun et al., CVPR 2020, eq. 5 and 6) on cosine similarities: mean over anchors with a
 * positive and a negative of ln(1 + Σ_N exp(γ α_n (s_n − m)) · Σ_P exp(−γ α_p (s_p − 1 + m))), the weights α constant
 * for the gradient.
 */
export function circle(options: CircleOptions, parts: Omit<PairParts, 'distance'>): PairLoss {
  return comparedPairs({ ...parts, distance: cosineDistance }, ({ positive, negative, similarities, reduce }) => {
    const { m, gamma } = options;
    const ofPositive = withoutGradient(() => tf.relu(tf.sub(1 + m, similarities)));
    const ofNegative = withoutGradient(() => tf.relu(tf.add(similarities, m)));
    const pull: tf.Tensor2D = tf.mul(tf.mul(-gamma, ofPositive), tf.sub(similarities, 1 - m));
    const push: tf.Tensor2D = tf.mul(tf.mul(gamma, ofNegative), tf.sub(similarities, m));
    const loss = tf.softplus(tf.add(maskedLogSumExp(push, negative), maskedLogSumExp(pull, positive)));
    return { value: reduce(loss, rowHasAny(positive, negative)) };
  });
}
