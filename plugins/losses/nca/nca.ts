import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, maskedLogSumExp, pairOptions, rowHasAny } from 'ablate-ml/losses';

export const options = z.strictObject({
  scale: z
    .number()
    .positive('scale must be above 0: at 0 no distance counts')
    .default(1)
    .describe('what the squared distances are multiplied by; 1 / temperature of the soft nearest neighbor loss'),
  normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
  distance: pairOptions.distance('squared'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of neighborhood components analysis. */
export type NcaOptions = z.output<typeof options>;

/**
 * Computes neighborhood components analysis in its logarithmic form (Goldberger et al., NIPS 2004, eq. 6; as soft
 * nearest neighbor loss Frosst, Papernot, Hinton, ICML 2019, eq. 1): the mean over anchors with a positive of
 * −ln(Σ_p exp(−scale d²_ap) / Σ_{b≠a} exp(−scale d²_ab)), d the Euclidean distance.
 */
export function nca(options: NcaOptions, parts: PairParts): PairLoss {
  return comparedPairs(
    parts,
    ({ positive, negative, similarities, reduce }) => {
      const logits: tf.Tensor2D = tf.mul(options.scale, similarities);
      const ofAll = maskedLogSumExp(logits, tf.add(positive, negative));
      return { value: reduce(tf.sub(ofAll, maskedLogSumExp(logits, positive)), rowHasAny(positive)) };
    },
    options,
  );
}
