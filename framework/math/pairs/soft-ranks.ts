import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { inBlocks, joinBlocks } from './in-blocks.ts';

/**
 * Counts softly how many of the references that `among` keeps are nearer to an anchor than each reference i is:
 * Σ_{j≠i} G((s_aj − s_ai) / τ), G the sigmoid (Qin et al., 2010; Brown et al., ECCV 2020, eq. 4). Anchors are taken in
 * blocks, so that memory stays bounded however large the batch is.
 *
 * @param similarity s `[anchors, references]`
 * @param among 0 and 1, `[anchors, references]`
 * @param temperature τ
 * @returns `[anchors, references]`
 */
export function softRanks(similarity: tf.Tensor2D, among: tf.Tensor2D, temperature: number): tf.Tensor2D {
  const [anchors, references] = similarity.shape;
  return customGradient([similarity], (given) => {
    /** G of each pair (i, j) of some anchors' references, `[count, i, j]`, and the mask of j. */
    const nearer = (all: tf.Tensor, keep: tf.Tensor, begin: number, count: number): [tf.Tensor, tf.Tensor] => {
      const s = tf.slice(all as tf.Tensor2D, begin, count);
      const mask = tf.expandDims(tf.slice(keep as tf.Tensor2D, begin, count), 1);
      return [tf.sigmoid(tf.div(tf.sub(tf.expandDims(s, 1), tf.expandDims(s, 2)), temperature)), mask];
    };
    const forward = inBlocks(anchors, references ** 2, (begin, count) => {
      const [share, mask] = nearer(given, among, begin, count);
      // A reference counts itself with G(0) = 1/2, which is taken off.
      return [tf.sub(tf.sum(tf.mul(share, mask), 2), tf.mul(0.5, tf.squeeze(mask, [1])))];
    });
    return differentiated({
      value: joinBlocks(forward, 0) as tf.Tensor2D,
      saved: [given, among],
      gradient: (dy, [kept, keptMask]) => {
        const backward = inBlocks(anchors, references ** 2, (begin, count) => {
          const [share, mask] = nearer(kept, keptMask, begin, count);
          const steepness = tf.mul(tf.mul(share, tf.sub(1, share)), mask);
          const slope = tf.mul(steepness, tf.expandDims(tf.slice(dy, begin, count), 2));
          return [tf.div(tf.sub(tf.sum(slope, 1), tf.sum(slope, 2)), temperature)];
        });
        return joinBlocks(backward, 0);
      },
    });
  });
}
