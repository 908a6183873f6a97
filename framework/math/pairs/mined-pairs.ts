import * as tf from '@tensorflow/tfjs';
import type { MinedPairs, MinedTriplets } from '../../contracts/miner.ts';
import { withoutGradient } from '../ops/without-gradient.ts';
import { inBlocks, joinBlocks } from './in-blocks.ts';
import type { PairMasks } from './pair-masks.ts';

/** What a miner chose. */
export type Mined = MinedPairs | MinedTriplets;

/** Tells whether whole triplets were chosen, not pairs. */
export const isTriplets = (mined: Mined): mined is MinedTriplets => 'triplets' in mined;

/**
 * Makes the pairs of what was chosen: of triplets, how often each pair is in one, as (a, p) and as (a, n). Constant for
 * the gradient. Anchors are taken in blocks, so that memory stays bounded.
 */
export function pairsOfMined(mined: Mined, [anchors, references]: readonly [number, number]): PairMasks {
  if (!isTriplets(mined)) return mined;
  const both = withoutGradient(() => {
    const blocks = inBlocks(anchors, references ** 2, (begin, count) => {
      const chosen = mined.triplets(begin, count);
      return [tf.stack([tf.sum(chosen, 2), tf.sum(chosen, 1)], 1)];
    });
    return joinBlocks(blocks, 0);
  });
  const [positive, negative] = tf.unstack(both, 1) as [tf.Tensor2D, tf.Tensor2D];
  return { positive, negative };
}

/**
 * Counts how often each pair is in a triplet of what was chosen: pairs stand for every triplet (a, p, n) of an
 * anchor's. Constant for the gradient.
 */
export function tripletCounts(mined: Mined, shape: readonly [number, number]): PairMasks {
  const { positive, negative } = pairsOfMined(mined, shape);
  if (isTriplets(mined)) return { positive, negative };
  const times = (one: tf.Tensor2D, other: tf.Tensor2D): tf.Tensor2D =>
    withoutGradient(() => tf.mul(one, tf.sum(other, 1, true)) as tf.Tensor2D);
  return { positive: times(positive, negative), negative: times(negative, positive) };
}
