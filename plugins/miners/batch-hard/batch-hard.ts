import { tf, z, type Miner } from 'ablate-ml';
import { argMaxMask, minerDistance } from 'ablate-ml/losses';

export const options = z.strictObject({
  distance: minerDistance,
});

/** Chooses for each anchor its farthest positive and its nearest negative. */
export function batchHard(): Miner {
  return {
    mine({ distances, positive, negative }) {
      const [farthest, nearest] = [argMaxMask(distances, positive), argMaxMask(tf.neg(distances), negative)];
      const both = tf.mul(tf.max(farthest, 1, true), tf.max(nearest, 1, true));
      return { positive: tf.mul(farthest, both), negative: tf.mul(nearest, both), single: true };
    },
  };
}
