import { tf, z, type PairLoss } from 'ablate-ml';
import {
  euclideanDistances,
  maskedLogSumExp,
  maskedMean,
  pairEmbeddings,
  pairLossOf,
  pairMasks,
  rowHasAny,
  type PairMasks,
} from 'ablate-ml/losses';

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
});

/** Options of the lifted structured loss. */
export type LiftedStructureOptions = z.output<typeof options>;

/**
 * Song, Xiang, Jegelka, Savarese, CVPR 2016, eq. 4: J_ij = ln(Σ_k exp(α − D_ik) + Σ_l exp(α − D_jl)) + D_ij over the
 * negatives k of i and l of j; the loss is the mean over positive pairs of max(0, J_ij)² / 2.
 */
function song(distance: tf.Tensor2D, { positive, negative }: PairMasks, margin: number): tf.Scalar {
  const closeness: tf.Tensor2D = tf.sub(margin, distance);
  const ofAnchor = tf.expandDims(maskedLogSumExp(closeness, negative, 1), 1);
  const ofPositive = tf.expandDims(maskedLogSumExp(closeness, negative, 0), 0);
  const together = tf.add(ofAnchor, tf.softplus(tf.sub(ofPositive, ofAnchor)));
  return maskedMean(tf.mul(0.5, tf.square(tf.relu(tf.add(together, distance)))), positive);
}

/**
 * Hermans, Beyer, Leibe, 2017, section 2 (L_LG): mean over anchors of max(0, ln Σ_p exp(D_ap) + ln Σ_n exp(α − D_an)).
 */
function generalized(distance: tf.Tensor2D, { positive, negative }: PairMasks, margin: number): tf.Scalar {
  const far = maskedLogSumExp(distance, positive);
  const near = maskedLogSumExp(tf.sub(margin, distance), negative);
  return maskedMean(tf.relu(tf.add(far, near)), rowHasAny(positive, negative));
}

const variants = { song, generalized };

/** Lifted structured loss over the Euclidean distances of the batch. */
export function liftedStructure(options: LiftedStructureOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const [x, y] = pairEmbeddings(anchors, references, options.normalize);
    return {
      value: variants[options.variant](
        euclideanDistances(x, y),
        pairMasks(anchors, references, sameSet),
        options.margin,
      ),
    };
  });
}
