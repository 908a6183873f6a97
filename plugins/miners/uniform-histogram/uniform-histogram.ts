import { tf, z, type ClassContext, type Miner } from 'ablate-ml';
import { minerDistance } from 'ablate-ml/losses';

export const options = z.strictObject({
  bins: z
    .int('bins counts intervals')
    .min(1, 'bins counts intervals: at least 1')
    .default(100)
    .describe('intervals of the distance'),
  positivesPerBin: z
    .int('positivesPerBin counts pairs')
    .min(1, 'positivesPerBin counts pairs: at least 1')
    .default(10)
    .describe('positive pairs of an interval, at most'),
  negativesPerBin: z
    .int('negativesPerBin counts pairs')
    .min(1, 'negativesPerBin counts pairs: at least 1')
    .default(10)
    .describe('negative pairs of an interval, at most'),
  distance: minerDistance,
});

/** Options of the miner `uniform-histogram`. */
export type UniformHistogramOptions = z.output<typeof options>;

/** Draws pairs so that every interval of the distance holds as many, at most. */
export function uniformHistogram(options: UniformHistogramOptions, { streams }: Pick<ClassContext, 'streams'>): Miner {
  return {
    mine({ distances, positive, negative, step }) {
      const draw = (mask: tf.Tensor2D, perBin: number, sort: string): tf.Tensor2D => {
        const random = streams.stream(`${sort}/${step}`);
        const lots = tf.tensor1d(Float32Array.from({ length: mask.size }, () => random.uniform()));
        return evenly(distances, mask, lots, { bins: options.bins, perBin });
      };
      return {
        positive: draw(positive, options.positivesPerBin, 'positives'),
        negative: draw(negative, options.negativesPerBin, 'negatives'),
      };
    },
  };
}

/** Keeps of each interval of the kept distances the `perBin` pairs with the smallest lots. */
function evenly(
  distances: tf.Tensor2D,
  mask: tf.Tensor2D,
  lots: tf.Tensor1D,
  { bins, perBin }: { readonly bins: number; readonly perBin: number },
): tf.Tensor2D {
  const kept = tf.greater(mask, 0);
  const low = tf.min(tf.where(kept, distances, Infinity));
  const high = tf.max(tf.where(kept, distances, -Infinity));
  const place = tf.floor(tf.mul(bins, tf.divNoNan(tf.sub(distances, low), tf.sub(high, low))));
  // What is not kept has an interval of its own.
  const bin = tf.reshape(tf.where(kept, tf.minimum(place, bins - 1), bins), [-1]) as tf.Tensor1D;
  // By interval, and within one by lot.
  const order = tf.topk(tf.neg(tf.add(bin, tf.mul(lots, 0.999))), bin.size, true).indices as tf.Tensor1D;
  const sorted = tf.cast(tf.gather(bin, order), 'int32');
  const sizes = tf.unsortedSegmentSum(tf.onesLike(bin), sorted, bins + 1);
  const rank = tf.sub(tf.range(0, bin.size), tf.gather(tf.cumsum(sizes, 0, true), sorted));
  const chosen = tf.cast(tf.less(rank, perBin), 'float32');
  return tf.mul(mask, tf.reshape(tf.unsortedSegmentSum(chosen, order, bin.size), mask.shape));
}
