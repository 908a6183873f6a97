import {
  euclideanDistances,
  maskedMean,
  pairEmbeddings,
  pairLossOf,
  pairMasks,
  tf,
  type PairLoss,
  type PairReduction,
} from 'ablate-ml';

/** Options of the contrastive loss. */
export interface ContrastiveOptions {
  /** m⁺, the distance below which a pair of one class loses nothing. */
  readonly positiveMargin: number;
  /** m⁻, the distance above which a pair of two classes loses nothing. */
  readonly negativeMargin: number;
  /** Half the squared hinge (the paper) or the hinge itself. */
  readonly squared: boolean;
  /** Over all pairs, or over those that lose something, of each sort apart. */
  readonly reduction: PairReduction;
  /** Divide each embedding by its norm first. */
  readonly normalize: boolean;
}

/**
 * Contrastive loss (Hadsell, Chopra, LeCun, CVPR 2006, eq. 4) over all pairs of the batch, D the Euclidean distance.
 */
export function contrastive(options: ContrastiveOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const { positive, negative } = pairMasks(anchors, references, sameSet);
    const [x, y] = pairEmbeddings(anchors, references, options.normalize);
    const distance = euclideanDistances(x, y);
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
