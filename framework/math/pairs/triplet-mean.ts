import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { argMaxMask } from './arg-max-mask.ts';
import type { PairReduction } from './masked-mean.ts';
import type { MinedTriplets } from './mine-triplets.ts';

/** Most triplets that are in memory at once. */
const blockOfTriplets = 2 ** 22;

/** A triplet's loss as a function of its gap d(a, p) − d(a, n), with its derivative, both elementwise. */
export interface TripletTerm {
  value(gap: tf.Tensor): tf.Tensor;
  derivative(gap: tf.Tensor): tf.Tensor;
}

/**
 * Of each pair's negatives, the one whose gap lies nearest below 0: gaps and mask `[anchors, positives, negatives]`.
 */
const nearestBelowZero = (gap: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
  argMaxMask(gap, tf.mul(mask, tf.step(tf.neg(gap))));

/**
 * Sums over the triplets of some anchors: the loss, how many there are, how many lose something, and the loss's
 * gradients.
 */
function sums(
  { toPositive, toNegative, positive, negative, nearestFarther }: MinedTriplets,
  term: TripletTerm,
): tf.Tensor[] {
  const gap = tf.sub(tf.expandDims(toPositive, 2), tf.expandDims(toNegative, 1));
  const all = tf.mul(tf.expandDims(positive, 2), tf.expandDims(negative, 1));
  const chosen = nearestFarther ? nearestBelowZero(gap, all) : all;
  const loss = tf.mul(term.value(gap), chosen);
  const slope = tf.mul(term.derivative(gap), chosen);
  return [tf.sum(loss), tf.sum(chosen), tf.sum(tf.step(loss)), tf.sum(slope, 2), tf.neg(tf.sum(slope, 1))];
}

/**
 * Mean loss over the triplets, and the share of them whose loss is above 0. Anchors are taken in blocks and the
 * gradient is summed on the way, so that memory stays bounded however many triplets there are.
 *
 * @returns `[mean, active share]`; without a triplet both are 0, and so is the gradient. The share is constant for the
 * gradient.
 */
export function tripletMean(mined: MinedTriplets, term: TripletTerm, reduction: PairReduction): [tf.Scalar, tf.Scalar] {
  const { toPositive, toNegative, positive, negative, nearestFarther } = mined;
  const anchors = toPositive.shape[0];
  const size = Math.max(1, Math.floor(blockOfTriplets / (toPositive.shape[1] * toNegative.shape[1])));
  const both = customGradient([toPositive, toNegative], (ap, an) => {
    const blocks: tf.Tensor[][] = [];
    for (let begin = 0; begin < anchors; begin += size) {
      const rows = (x: tf.Tensor): tf.Tensor2D => tf.slice(x as tf.Tensor2D, begin, Math.min(size, anchors - begin));
      blocks.push(
        tf.tidy(() =>
          sums(
            {
              toPositive: rows(ap),
              toNegative: rows(an),
              positive: rows(positive),
              negative: rows(negative),
              nearestFarther,
            },
            term,
          ),
        ),
      );
    }
    const total = (part: number): tf.Tensor => tf.addN(blocks.map((block) => block[part]!));
    const count = reduction === 'mean' ? total(1) : total(2);
    const each = (part: number): tf.Tensor => tf.divNoNan(tf.concat(blocks.map((block) => block[part]!)), count);
    return differentiated({
      value: tf.stack([tf.divNoNan(total(0), count), tf.divNoNan(total(2), total(1))]) as tf.Tensor1D,
      saved: [each(3), each(4)],
      gradient: (dy, slopes) => slopes.map((slope) => tf.mul(slope, tf.slice(dy, 0, 1))),
    });
  });
  return tf.unstack(both) as [tf.Scalar, tf.Scalar];
}
