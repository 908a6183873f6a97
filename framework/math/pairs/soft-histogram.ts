import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { inBlocks, joinBlocks } from './in-blocks.ts';

/** The range of a histogram and the number of its intervals; it has a node more. */
export interface HistogramRange {
  readonly low: number;
  readonly high: number;
  readonly bins: number;
}

/**
 * Counts each row's values that `mask` keeps at the nodes low + l (high − low) / bins, l = 0 … bins: every value is
 * shared linearly between its two neighbors (Ustinova, Lempitsky, NIPS 2016, eq. 2). Rows are taken in blocks, so that
 * memory stays bounded.
 *
 * @param values `[rows, columns]`; beyond the range, as by rounding, they count at its end
 * @param mask 0 and 1, `[rows, columns]`
 * @returns `[rows, bins + 1]`
 */
export function softHistogram(
  values: tf.Tensor2D,
  mask: tf.Tensor2D,
  { low, high, bins }: HistogramRange,
): tf.Tensor2D {
  const [rows, columns] = values.shape;
  const perUnit = bins / (high - low);
  const block = (all: tf.Tensor, begin: number, count: number): tf.Tensor2D =>
    tf.slice(all as tf.Tensor2D, begin, count);
  return customGradient([values], (given) => {
    const places = tf.clipByValue(tf.mul(tf.sub(given, low), perUnit), 0, bins);
    const counted = inBlocks(rows, columns * (bins + 1), (begin, count) => {
      const away = tf.abs(
        tf.sub(tf.expandDims(block(places, begin, count), 1), tf.range(0, bins + 1).reshape([-1, 1])),
      );
      return [tf.sum(tf.mul(tf.relu(tf.sub(1, away)), tf.expandDims(block(mask, begin, count), 1)), 2)];
    });
    return differentiated({
      value: joinBlocks(counted, 0) as tf.Tensor2D,
      saved: [places, mask],
      gradient: (dy, [keptPlaces, keptMask]) => {
        const rise = tf.mul(tf.sub(tf.slice(dy, [0, 1]), tf.slice(dy, [0, 0], [-1, bins])), perUnit);
        const slopes = inBlocks(rows, columns * bins, (begin, count) => {
          const interval = tf.minimum(tf.floor(block(keptPlaces, begin, count)), bins - 1);
          const isIn = tf.oneHot(tf.cast(interval, 'int32'), bins, 1, 0, 'float32');
          return [tf.sum(tf.mul(isIn, tf.expandDims(block(rise, begin, count), 1)), 2)];
        });
        return tf.mul(joinBlocks(slopes, 0), keptMask);
      },
    });
  });
}
