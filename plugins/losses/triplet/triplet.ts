import { tf, z, type PairLoss } from 'ablate-ml';
import {
  distanceOptions,
  measuredDistances,
  mineTriplets,
  pairEmbeddings,
  pairLossOf,
  pairMasks,
  tripletMean,
  type TripletTerm,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  mining: z
    .enum(['batch-hard', 'batch-all', 'semi-hard'])
    .default('batch-hard')
    .describe(
      'an anchor with its farthest positive and nearest negative; every triplet; a pair with its nearest negative beyond the positive',
    ),
  margin: z
    .number()
    .min(0, 'margin is a distance and cannot be negative')
    .default(0.2)
    .describe('m: by how much a negative must be farther than the positive'),
  softMargin: z
    .boolean()
    .default(false)
    .describe('ln(1 + exp(d_ap − d_an)) instead of the hinge; the margin is unused then'),
  reduction: z
    .enum(['mean', 'nonzero-mean'])
    .default('mean')
    .describe('over all mined triplets, or over those that lose something'),
  normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
  ...distanceOptions,
});

/** Options of the triplet loss. */
export type TripletOptions = Omit<z.output<typeof options>, 'p'> & Partial<Pick<z.output<typeof options>, 'p'>>;

/**
 * Triplet loss: max(0, d_ap − d_an + m) or its soft form, over the triplets that `mining` finds in the batch (Schroff,
 * Kalenichenko, Philbin, CVPR 2015; Hermans, Beyer, Leibe, 2017). Logs `active`, the share of these triplets that lose
 * something.
 */
export function triplet(options: TripletOptions): PairLoss {
  const soft: TripletTerm = { value: (gap) => tf.softplus(gap), derivative: (gap) => tf.sigmoid(gap) };
  const hinge: TripletTerm = {
    value: (gap) => tf.relu(tf.add(gap, options.margin)),
    derivative: (gap) => tf.step(tf.add(gap, options.margin)),
  };
  return pairLossOf((anchors, references, sameSet) => {
    const masks = pairMasks(anchors, references, sameSet);
    const [x, y] = pairEmbeddings(anchors, references, options.normalize);
    const mined = mineTriplets(options.mining, measuredDistances(x, y, { p: 1, ...options }), masks);
    const [value, active] = tripletMean(mined, options.softMargin ? soft : hinge, options.reduction);
    return { value, parts: { active } };
  });
}
