import { tf, z, type Miner } from 'ablate-ml';
import { argMaxMask, minerDistance } from 'ablate-ml/losses';

export const options = z.strictObject({
  distance: minerDistance,
});

/** Chooses for each positive pair the nearest negative that is farther than the positive. */
export function semiHard(): Miner {
  return {
    mine: ({ distances, positive, negative }) => ({
      triplets(begin, count) {
        const rows = (matrix: tf.Tensor2D): tf.Tensor2D => tf.slice(matrix, begin, count);
        const gap = tf.sub(tf.expandDims(rows(distances), 2), tf.expandDims(rows(distances), 1));
        const all = tf.mul(tf.expandDims(rows(positive), 2), tf.expandDims(rows(negative), 1));
        return argMaxMask(gap, tf.mul(all, tf.step(tf.neg(gap)))) as tf.Tensor3D;
      },
    }),
  };
}
