import { tf, z, type PairLoss } from 'ablate-ml';
import {
  distanceOptions,
  maskedMean,
  measuredDistances,
  type DistanceOptions,
  pairEmbeddings,
  pairLossOf,
  pairMasks,
} from 'ablate-ml/losses';

export const options = z
  .strictObject({
    positiveMargin: z.number().default(0).describe('m⁺: distance below which a pair of one class loses nothing'),
    negativeMargin: z.number().default(1).describe('m⁻: distance above which a pair of two classes loses nothing'),
    squared: z.boolean().default(true).describe('half the squared hinge (the paper), or the hinge itself'),
    reduction: z
      .enum(['mean', 'nonzero-mean'])
      .default('mean')
      .describe('over all pairs, or over the positive and the negative pairs that lose something, each apart'),
    normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
    ...distanceOptions,
  })
  .superRefine(requireMargins);

/** Options of the contrastive loss. */
export type ContrastiveOptions = Omit<z.output<typeof options>, keyof DistanceOptions> & Partial<DistanceOptions>;

/** Refuses margins that no distance reaches; inner products alone have values below 0. */
function requireMargins(
  { distance, positiveMargin, negativeMargin }: { distance: string; positiveMargin: number; negativeMargin: number },
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
 * Contrastive loss (Hadsell, Chopra, LeCun, CVPR 2006, eq. 4) over all pairs of the batch, D the Euclidean distance or
 * another that the options name, from the first of an ordered pair to the second.
 */
export function contrastive(options: ContrastiveOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const { positive, negative } = pairMasks(anchors, references, sameSet);
    const [x, y] = pairEmbeddings(anchors, references, options.normalize);
    const distance = measuredDistances(x, y, { distance: 'euclidean', p: 1, ...options });
    const loss = (hinge: tf.Tensor): tf.Tensor => (options.squared ? tf.mul(0.5, tf.square(hinge)) : hinge);
    const pull = loss(tf.relu(tf.sub(distance, options.positiveMargin)));
    const push = loss(tf.relu(tf.sub(options.negativeMargin, distance)));
    if (options.reduction === 'nonzero-mean') {
      return { value: tf.add(maskedMean(pull, positive, 'nonzero-mean'), maskedMean(push, negative, 'nonzero-mean')) };
    }
    // Each pair stands in the matrix twice, or once where the references are others, on both sides of the fraction.
    return { value: maskedMean(tf.add(tf.mul(pull, positive), tf.mul(push, negative)), tf.add(positive, negative)) };
  });
}
