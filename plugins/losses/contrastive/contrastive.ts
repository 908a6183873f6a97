import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, reducePairs } from 'ablate-ml/losses';

export const options = z
  .strictObject({
    positiveMargin: z.number().default(0).describe('m⁺: distance below which a pair of one class loses nothing'),
    negativeMargin: z.number().default(1).describe('m⁻: distance above which a pair of two classes loses nothing'),
    squared: z.boolean().default(true).describe('half the squared hinge (the paper), or the hinge itself'),
    normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
    distance: pairOptions.distance('euclidean'),
    miner: pairOptions.miner(),
    reducer: pairOptions.reducer(),
  })
  .superRefine(requireMargins);

/** Options of the contrastive loss. */
export type ContrastiveOptions = z.output<typeof options>;

/** Refuses margins that no distance reaches; inner products alone have values below 0. */
function requireMargins(
  { distance, positiveMargin, negativeMargin }: { distance: unknown; positiveMargin: number; negativeMargin: number },
  context: z.RefinementCtx,
): void {
  if (distance === 'dot') return;
  const refuse = (option: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [option], message });
  if (positiveMargin < 0) refuse('positiveMargin', 'positiveMargin is a distance and cannot be negative');
  if (negativeMargin <= 0)
    refuse(
      'negativeMargin',
      'negativeMargin must be above 0: no distance is below it otherwise, and images of two classes are never pushed apart',
    );
}

/**
 * Makes contrastive loss (Hadsell, Chopra, LeCun, CVPR 2006, eq. 4) over all pairs of the batch, D the Euclidean
 * distance or another that the options name, from the first of an ordered pair to the second.
 */
export function contrastive(options: ContrastiveOptions, parts: PairParts): PairLoss {
  return comparedPairs(
    parts,
    (pairs) => {
      const loss = (hinge: tf.Tensor): tf.Tensor => (options.squared ? tf.mul(0.5, tf.square(hinge)) : hinge);
      const pull = loss(tf.relu(tf.sub(pairs.distances, options.positiveMargin)));
      const push = loss(tf.relu(tf.sub(options.negativeMargin, pairs.distances)));
      return { value: reducePairs(pairs, parts, pull, push) };
    },
    options,
  );
}
