import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, tripletMean, type TripletTerm } from 'ablate-ml/losses';

export const options = z.strictObject({
  margin: z
    .number()
    .min(0, 'margin is a distance and cannot be negative')
    .default(0.2)
    .describe('m: by how much a negative must be farther than the positive'),
  softMargin: z
    .boolean()
    .default(false)
    .describe('ln(1 + exp(d_ap − d_an)) instead of the hinge; the margin is unused then'),
  normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
  distance: pairOptions.distance('euclidean'),
  miner: pairOptions.miner('batch-hard'),
  reducer: pairOptions.reducer(),
});

/** Options of the triplet loss. */
export type TripletOptions = z.output<typeof options>;

/**
 * Makes triplet loss: max(0, d_ap − d_an + m) or its soft form, over the triplets that the miner finds in the batch
 * (Schroff, Kalenichenko, Philbin, CVPR 2015; Hermans, Beyer, Leibe, 2017). Logs `active`, the share of these triplets
 * that lose something.
 */
export function triplet(options: TripletOptions, parts: PairParts): PairLoss {
  const soft: TripletTerm = { value: (gap) => tf.softplus(gap), derivative: (gap) => tf.sigmoid(gap) };
  const hinge: TripletTerm = {
    value: (gap) => tf.relu(tf.add(gap, options.margin)),
    derivative: (gap) => tf.step(tf.add(gap, options.margin)),
  };
  return comparedPairs(
    parts,
    ({ distances, mined, anchors: { labels } }) => {
      const compared = { distances, mined, labels, reducer: parts.reducer };
      const [value, active, triplets] = tripletMean(compared, options.softMargin ? soft : hinge);
      return { value, parts: { active, 'mined-triplets': triplets } };
    },
    options,
  );
}
