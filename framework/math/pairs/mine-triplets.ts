import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';
import { argMaxMask } from './arg-max-mask.ts';
import type { PairMasks } from './pair-masks.ts';

/** Which triplets of a batch are compared. */
export type TripletMining = 'batch-all' | 'batch-hard' | 'semi-hard';

/** Distances whose every combination within a row is a triplet, as far as the masks keep both. */
export interface MinedTriplets {
  /** Anchor to positive and to negative, `[anchors, positives]` and `[anchors, negatives]`. */
  readonly toPositive: tf.Tensor2D;
  readonly toNegative: tf.Tensor2D;
  readonly positive: tf.Tensor2D;
  readonly negative: tf.Tensor2D;
  /** Whether a pair keeps only its nearest negative among those farther than its positive. */
  readonly nearestFarther: boolean;
}

const hardest = (values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D =>
  withoutGradient(() => argMaxMask(values, mask) as tf.Tensor2D);
const pick = (values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D => tf.sum(tf.mul(values, mask), 1, true);
const kept = (mask: tf.Tensor2D): tf.Tensor2D => tf.max(mask, 1, true);

/**
 * `batch-all`: every triplet. `batch-hard`: a triplet an anchor, of its farthest positive and its nearest negative
 * (Hermans et al., 2017, eq. 5). `semi-hard`: a triplet a positive pair, with the nearest negative that is farther than
 * the positive (Schroff et al., CVPR 2015, eq. 4). What is chosen is constant for the gradient.
 *
 * @param distances `[anchors, references]`
 */
export function mineTriplets(
  mining: TripletMining,
  distances: tf.Tensor2D,
  { positive, negative }: PairMasks,
): MinedTriplets {
  if (mining !== 'batch-hard') {
    return { toPositive: distances, toNegative: distances, positive, negative, nearestFarther: mining === 'semi-hard' };
  }
  const [farthest, nearest] = [hardest(distances, positive), hardest(tf.neg(distances), negative)];
  return {
    toPositive: pick(distances, farthest),
    toNegative: pick(distances, nearest),
    positive: kept(farthest),
    negative: kept(nearest),
    nearestFarther: false,
  };
}
