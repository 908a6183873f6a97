import { AblateError, tf, z, type Miner } from 'ablate-ml';
import { cosineSimilarities, inBlocks, joinBlocks } from 'ablate-ml/losses';

export const options = z.strictObject({
  classes: z
    .int('classes counts classes')
    .min(1, 'classes counts classes: at least 1')
    .default(5)
    .describe('nearest classes of the batch whose images are negatives'),
});

/** Options of the miner `nearest-classes`. */
export type NearestClassesOptions = z.output<typeof options>;

/** Chooses the negatives of the classes nearest to the anchor's own, by their class weights. */
export function nearestClasses(options: NearestClassesOptions): Miner {
  return {
    mine({ positive, negative, scores }) {
      const weights = scores?.classWeights?.();
      if (!weights || weights.shape[0] !== scores!.values.shape[1] || positive.shape[0] !== positive.shape[1])
        throw new AblateError('SPEC_INVALID', 'nearest-classes: the loss is given no class weights to compare.', {
          remedy: 'Write head: {cosine: {}} without sub-centers, and take the loss out of cross-batch-memory.',
        });
      const ofRows = tf.gather(weights, scores!.target);
      const nearness = cosineSimilarities(ofRows, ofRows);
      return { positive, negative: tf.mul(negative, amongNearest(nearness, negative, options.classes)) };
    },
  };
}

/** 1 for rows whose class has fewer than `classes` classes before it, by nearness to the anchor's own. */
function amongNearest(nearness: tf.Tensor2D, negative: tf.Tensor2D, classes: number): tf.Tensor2D {
  const rows = nearness.shape[0];
  const same = tf.sub(1, negative);
  // The first row of each class stands for it.
  const isFirst = tf.sub(1, tf.max(tf.sub(tf.linalg.bandPart(same, -1, 0), tf.eye(rows)), 1));
  const blocks = inBlocks(rows, rows ** 2, (begin, count) => {
    const own = tf.slice(nearness, begin, count);
    const nearer = tf.cast(tf.greater(tf.expandDims(own, 1), tf.expandDims(own, 2)), 'float32');
    const others = tf.mul(tf.slice(negative, begin, count), isFirst);
    return [tf.sum(tf.mul(nearer, tf.expandDims(others, 1)), 2)];
  });
  return tf.cast(tf.less(joinBlocks(blocks, 0), classes), 'float32') as tf.Tensor2D;
}
