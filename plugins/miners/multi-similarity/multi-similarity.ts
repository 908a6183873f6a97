import { tf, z, type Miner } from 'ablate-ml';
import { minerDistance, type PairMasks } from 'ablate-ml/losses';

export const options = z.strictObject({
  epsilon: z
    .number()
    .min(0, 'epsilon widens what is mined and cannot be negative')
    .default(0.1)
    .describe('ε: slack of the mining'),
  distance: minerDistance,
});

/** Options of the miner `multi-similarity`. */
export type MultiSimilarityOptions = z.output<typeof options>;

/** Chooses the pairs that violate the ranking of an anchor, with a slack. */
export function multiSimilarity(options: MultiSimilarityOptions): Miner {
  return {
    mine({ similarities, positive, negative }): PairMasks {
      const among = (mask: tf.Tensor2D, otherwise: number): tf.Tensor2D =>
        tf.where(tf.greater(mask, 0), similarities, otherwise);
      const keep = (mask: tf.Tensor2D, condition: tf.Tensor): tf.Tensor2D =>
        tf.mul(mask, tf.cast(condition, 'float32'));
      const { epsilon } = options;
      return {
        negative: keep(negative, tf.greater(tf.add(similarities, epsilon), tf.min(among(positive, Infinity), 1, true))),
        positive: keep(positive, tf.less(tf.sub(similarities, epsilon), tf.max(among(negative, -Infinity), 1, true))),
      };
    },
  };
}
