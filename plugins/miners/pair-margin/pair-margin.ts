import { tf, z, type Miner } from 'ablate-ml';
import { minerDistance } from 'ablate-ml/losses';

export const options = z.strictObject({
  positiveMargin: z.number().default(0.2).describe('m⁺: positive pairs farther than this'),
  negativeMargin: z.number().default(0.8).describe('m⁻: negative pairs nearer than this'),
  distance: minerDistance,
});

/** Options of the miner `pair-margin`. */
export type PairMarginOptions = z.output<typeof options>;

/** Chooses positive pairs farther than one margin and negative pairs nearer than another. */
export function pairMargin(options: PairMarginOptions): Miner {
  return {
    mine({ distances, positive, negative }) {
      const { positiveMargin, negativeMargin } = options;
      return {
        positive: tf.mul(positive, tf.step(tf.sub(distances, positiveMargin))),
        negative: tf.mul(negative, tf.step(tf.sub(negativeMargin, distances))),
      };
    },
  };
}
