import { tf, z, type ClassContext, type Miner } from 'ablate-ml';
import { euclideanDistances, normalize } from 'ablate-ml/losses';

export const options = z.strictObject({
  cutoff: z
    .number()
    .positive('cutoff is a distance and must be above 0')
    .default(0.5)
    .describe('distances below it are raised to it, so that the nearest negatives do not take all'),
  beyond: z
    .number()
    .positive('beyond is a distance and must be above 0')
    .max(2, 'beyond is a distance of unit vectors: at most 2')
    .default(1.4)
    .describe('negatives at this distance or farther are not drawn'),
  draw: z
    .enum(['sample', 'expected'])
    .default('sample')
    .describe('a negative drawn for each positive pair, or every negative by its probability'),
});

/** Options of the miner `distance-weighted`. */
export type DistanceWeightedOptions = z.output<typeof options>;

/** Draws a negative for each positive pair, by the inverse of how many negatives there are at its distance. */
export function distanceWeighted(options: DistanceWeightedOptions, { streams }: Pick<ClassContext, 'streams'>): Miner {
  return {
    mine({ anchors, references, positive, negative, step }) {
      const [rows, columns] = positive.shape;
      const weights = weightsOf(anchors.embedding, references.embedding, negative, options);
      const totals = tf.sum(weights, 1, true);
      const shares: tf.Tensor2D = tf.divNoNan(weights, totals);
      const blocks = (begin: number, count: number): [tf.Tensor, tf.Tensor] => [
        tf.expandDims(tf.slice(positive, begin, count), 2),
        tf.expandDims(tf.slice(shares, begin, count), 1),
      ];
      if (options.draw === 'expected')
        return { triplets: (begin, count) => tf.mul(...blocks(begin, count)) as tf.Tensor3D };
      const random = streams.stream(`draws/${step}`);
      const drawn = tf.tensor2d(
        Float32Array.from({ length: rows * columns }, () => Math.min(random.uniform(), 1 - 2 ** -23)),
        [rows, columns],
      );
      return {
        triplets(begin, count) {
          const [pairs, chances] = blocks(begin, count);
          const sums = tf.cumsum(chances, 2);
          // A sum of shares may end below 1 by rounding.
          const end = tf.slice(sums, [0, 0, columns - 1], [-1, -1, 1]);
          const isPast = tf.cast(
            tf.greater(sums, tf.mul(tf.expandDims(tf.slice(drawn, begin, count), 2), end)),
            'float32',
          );
          const before = tf.concat(
            [tf.zeros([count, columns, 1]), tf.slice(isPast, [0, 0, 0], [-1, -1, columns - 1])],
            2,
          );
          return tf.mul(pairs, tf.sub(isPast, before)) as tf.Tensor3D;
        },
      };
    },
  };
}

/** 1 / q(d) of each negative, by the largest of its anchor, `[anchors, references]`. */
function weightsOf(
  anchors: tf.Tensor2D,
  references: tf.Tensor2D,
  negative: tf.Tensor2D,
  { cutoff, beyond }: DistanceWeightedOptions,
): tf.Tensor2D {
  const dim = anchors.shape[1];
  const distances = euclideanDistances(normalize(anchors), normalize(references));
  const near = tf.mul(negative, tf.cast(tf.less(distances, beyond), 'float32'));
  const d = tf.clipByValue(distances, cutoff, 2 - 1e-4);
  const rest = tf.sub(1, tf.mul(0.25, tf.square(d)));
  const logarithm = tf.neg(tf.add(tf.mul(dim - 2, tf.log(d)), tf.mul((dim - 3) / 2, tf.log(rest))));
  const kept = tf.where(tf.greater(near, 0), logarithm, -1e30);
  return tf.mul(tf.exp(tf.sub(kept, tf.max(kept, 1, true))), near);
}
