import { tf, z, type Miner } from 'ablate-ml';
import { normalize, squaredDistances } from 'ablate-ml/losses';

export const options = z.strictObject({
  angle: z
    .number()
    .positive('angle is in degrees, between 0 and 90')
    .lt(90, 'angle is in degrees, between 0 and 90')
    .default(20)
    .describe('angle at the negative, in degrees, above which a triplet counts'),
  normalize: z.boolean().default(true).describe('divide each embedding by its norm first'),
});

/** Options of the miner `angular`. */
export type AngularOptions = z.output<typeof options>;

/** Chooses the triplets whose angle at the negative exceeds a bound. */
export function angular(options: AngularOptions): Miner {
  return {
    mine({ anchors, references, positive, negative }) {
      const of = (rows: tf.Tensor2D): tf.Tensor2D => (options.normalize ? normalize(rows) : rows);
      const [x, y] = [of(anchors.embedding), of(references.embedding)];
      const [toOthers, between] = [squaredDistances(x, y), squaredDistances(y, y)];
      const square = Math.tan((options.angle * Math.PI) / 180) ** 2;
      return {
        triplets(begin, count) {
          const rows = (matrix: tf.Tensor2D): tf.Tensor2D => tf.slice(matrix, begin, count);
          const ap = tf.expandDims(rows(toOthers), 2);
          const an = tf.expandDims(rows(toOthers), 1);
          // |n − (a + p)/2|², the median of the triangle, times 4.
          const median = tf.sub(tf.mul(2, tf.add(an, tf.expandDims(between, 0))), ap);
          const isWide = tf.cast(tf.greater(ap, tf.mul(square, median)), 'float32');
          const all = tf.mul(tf.expandDims(rows(positive), 2), tf.expandDims(rows(negative), 1));
          return tf.mul(all, isWide) as tf.Tensor3D;
        },
      };
    },
  };
}
