import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, maskedLogSumExp, pairOptions, rowHasAny, type ComparedPairs } from 'ablate-ml/losses';

export const options = z.strictObject({
  variant: z
    .enum(['song', 'generalized'])
    .default('song')
    .describe('a loss a positive pair (the paper), or a loss an anchor over all its positives'),
  margin: z
    .number()
    .min(0, 'margin is a distance and cannot be negative')
    .default(1)
    .describe('α: distance from which on a negative matters little'),
  normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
  distance: pairOptions.distance('euclidean'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the lifted structured loss. */
export type LiftedStructureOptions = z.output<typeof options>;

/**
 * Song, Xiang, Jegelka, Savarese, CVPR 2016, eq. 4: J_ij = ln(Σ_k exp(α − D_ik) + Σ_l exp(α − D_jl)) + D_ij over the
 * negatives k of i and l of j; the loss is the mean over positive pairs of max(0, J_ij)² / 2.
 */
function song({ distances, positive, negative, reduce }: ComparedPairs, margin: number): tf.Scalar {
  const closeness: tf.Tensor2D = tf.sub(margin, distances);
  const ofAnchor = tf.expandDims(maskedLogSumExp(closeness, negative, 1), 1);
  const ofPositive = tf.expandDims(maskedLogSumExp(closeness, negative, 0), 0);
  const together = tf.add(ofAnchor, tf.softplus(tf.sub(ofPositive, ofAnchor)));
  return reduce(tf.mul(0.5, tf.square(tf.relu(tf.add(together, distances)))), positive);
}

/**
 * Hermans, Beyer, Leibe, 2017, section 2 (L_LG): mean over anchors of max(0, ln Σ_p exp(D_ap) + ln Σ_n exp(α − D_an)).
 */
function generalized({ distances, positive, negative, reduce }: ComparedPairs, margin: number): tf.Scalar {
  const far = maskedLogSumExp(distances, positive);
  const near = maskedLogSumExp(tf.sub(margin, distances), negative);
  return reduce(tf.relu(tf.add(far, near)), rowHasAny(positive, negative));
}

const variants = { song, generalized };

/** Makes the lifted structured loss over the distances of the batch. */
export function liftedStructure(options: LiftedStructureOptions, parts: PairParts): PairLoss {
  return comparedPairs(parts, (pairs) => ({ value: variants[options.variant](pairs, options.margin) }), options);
}
