import {
  cosineSimilarities,
  euclideanDistances,
  mineTriplets,
  pairEmbeddings,
  pairLossOf,
  pairMasks,
  squaredDistances,
  tf,
  tripletMean,
  type PairLoss,
  type PairReduction,
  type TripletMining,
  type TripletTerm,
} from 'ablate-ml';

/** Options of the triplet loss. */
export interface TripletOptions {
  /** Which triplets of the batch are compared. */
  readonly mining: TripletMining;
  /** m, by how much a negative must be farther than the positive. */
  readonly margin: number;
  /** ln(1 + exp(d_ap − d_an)) instead of the hinge; the margin is unused then. */
  readonly softMargin: boolean;
  /** Over all mined triplets, or over those that lose something. */
  readonly reduction: PairReduction;
  /** Divide each embedding by its norm first. */
  readonly normalize: boolean;
  /** d: the Euclidean distance, its square, or 1 − cosine. */
  readonly distance: 'euclidean' | 'squared' | 'cosine';
}

const distances = {
  euclidean: euclideanDistances,
  squared: squaredDistances,
  cosine: (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D => tf.sub(1, cosineSimilarities(x, y)),
};

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
    const mined = mineTriplets(options.mining, distances[options.distance](x, y), masks);
    const [value, active] = tripletMean(mined, options.softMargin ? soft : hinge, options.reduction);
    return { value, parts: { active } };
  });
}
