import { tf, withoutGradient, z, type Loss, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, maskedMean, pairOptions, tupletMean, type PairMasks } from 'ablate-ml/losses';

export const options = z.strictObject({
  pairing: z
    .enum(['disjoint', 'all'])
    .default('disjoint')
    .describe(
      'N-pair-mc over pairs that share no image, or the (N+1)-tuplet loss of every pair against every image of another class',
    ),
  normWeight: z
    .number()
    .min(0, 'normWeight weighs a squared norm and cannot be negative')
    .default(0)
    .describe('weight of the mean squared norm of the embeddings in pairs'),
  distance: pairOptions.distance('dot'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the N-pair loss. */
export type NPairOptions = z.output<typeof options>;

/**
 * Makes the multi-class N-pair loss (Sohn, NIPS 2016) on inner products s: the mean over pairs (i, p) of ln(1 + Σ_n
 * exp(s_in − s_ip)), plus the penalty on the norm. With disjoint pairs a class's images are paired in the order of the
 * batch, first with second, and the negatives of an anchor are the other pairs' second images.
 */
export function nPair(options: NPairOptions, parts: PairParts): Loss | PairLoss {
  const made = comparedPairs(parts, (pairs) => {
    const masks = options.pairing === 'all' ? pairs : disjointPairs(pairs);
    const norms = tf.add(
      squaredNorm(pairs.anchors.embedding, tf.max(masks.positive, 1)),
      squaredNorm(pairs.references.embedding, tf.max(masks.positive, 0)),
    );
    const loss = tupletMean(pairs.similarities, pairs.similarities, masks, pairs.reduce);
    return { value: tf.add(loss, tf.mul(options.normWeight / 2, norms)) };
  });
  // Disjoint pairs are of one batch: there is nothing to compare with a memory.
  return options.pairing === 'all' ? made : { parameters: made.parameters, forward: made.forward };
}

/** Mean of ‖x‖² over the rows `[rows, dim]` that the mask `[rows]` keeps. */
const squaredNorm = (x: tf.Tensor2D, mask: tf.Tensor): tf.Scalar => maskedMean(tf.sum(tf.square(x), 1), mask);

/**
 * Keeps as anchors the first, third, … image of each class, as positive the one after it, and as negatives only such
 * positives.
 */
function disjointPairs({ positive, negative }: PairMasks): PairMasks {
  const paired = withoutGradient(() => {
    const before = tf.sum(tf.linalg.bandPart(positive, -1, 0), 1);
    const isSecond = tf.mod(before, 2);
    const next = tf.cast(tf.equal(tf.add(tf.expandDims(before, 1), 1), tf.expandDims(before, 0)), 'float32');
    return tf.mul(tf.mul(positive, next), tf.expandDims(isSecond, 0)) as tf.Tensor2D;
  });
  return {
    positive: paired,
    negative: withoutGradient(() => tf.mul(negative, tf.max(paired, 0, true)) as tf.Tensor2D),
  };
}
