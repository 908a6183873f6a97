import * as tf from '@tensorflow/tfjs';
import type { Reducer } from '../../contracts/reducer.ts';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { withoutGradient } from '../ops/without-gradient.ts';
import { isTriplets, type Mined } from './mined-pairs.ts';

/** Most triplets that are in memory at once. */
const blockOfTriplets = 2 ** 22;

/** A triplet's loss as a function of its gap d(a, p) − d(a, n), with its derivative, both elementwise. */
export interface TripletTerm {
  value(gap: tf.Tensor): tf.Tensor;
  derivative(gap: tf.Tensor): tf.Tensor;
}

/** What triplets are compared, and how their losses become one. */
export interface ComparedTriplets {
  /** `[anchors, references]`. */
  readonly distances: tf.Tensor2D;
  readonly mined: Mined;
  /** int32 `[anchors]`. */
  readonly labels: tf.Tensor1D;
  readonly reducer: Reducer;
}

/** Distances whose every combination within a row may be a triplet, and which of some anchors' are. */
interface Candidates {
  /** Anchor to positive and to negative, `[anchors, positives]` and `[anchors, negatives]`. */
  readonly toPositive: tf.Tensor2D;
  readonly toNegative: tf.Tensor2D;
  /** `[count, positives, negatives]`. */
  chosen(begin: number, count: number): tf.Tensor;
}

/** Of one pair of each sort at most, the distance is taken out of its row, so that a triplet an anchor is left. */
function candidatesOf(distances: tf.Tensor2D, mined: Mined): Candidates {
  if (isTriplets(mined))
    return { toPositive: distances, toNegative: distances, chosen: (begin, count) => mined.triplets(begin, count) };
  const pick = (mask: tf.Tensor2D): tf.Tensor2D =>
    mined.single ? tf.sum(tf.mul(distances, mask), 1, true) : distances;
  const kept = (mask: tf.Tensor2D): tf.Tensor2D => (mined.single ? tf.max(mask, 1, true) : mask);
  const [positive, negative] = [kept(mined.positive), kept(mined.negative)];
  return {
    toPositive: pick(mined.positive),
    toNegative: pick(mined.negative),
    chosen: (begin, count) =>
      tf.mul(tf.expandDims(tf.slice(positive, begin, count), 2), tf.expandDims(tf.slice(negative, begin, count), 1)),
  };
}

/**
 * Reduces the losses of triplets to one, and tells the share of them whose loss is above 0, and how many there are.
 * Anchors are taken in blocks and the gradient is summed on the way, so that memory stays bounded however many triplets
 * there are.
 *
 * @returns `[loss, active share, triplets]`; without a triplet all are 0, and so is the gradient. The share and the
 * number are constant for the gradient.
 */
export function tripletMean(
  { distances, mined, labels, reducer }: ComparedTriplets,
  term: TripletTerm,
): [tf.Scalar, tf.Scalar, tf.Scalar] {
  const { toPositive, toNegative, chosen } = candidatesOf(distances, mined);
  const anchors = toPositive.shape[0];
  const size = Math.max(1, Math.floor(blockOfTriplets / (toPositive.shape[1] * toNegative.shape[1])));
  const three = customGradient([toPositive, toNegative], (ap, an) => {
    const blocks: tf.Tensor[][] = [];
    for (let begin = 0; begin < anchors; begin += size) {
      const count = Math.min(size, anchors - begin);
      blocks.push(
        tf.tidy(() => {
          const gap = tf.sub(
            tf.expandDims(tf.slice(ap, begin, count), 2),
            tf.expandDims(tf.slice(an, begin, count), 1),
          );
          const counts = withoutGradient(() => chosen(begin, count));
          const losses = term.value(gap);
          const loss = tf.mul(losses, counts);
          const reduction = reducer.weigh({ losses, counts, labels: tf.slice(labels, begin, count) });
          const slope = tf.mul(term.derivative(gap), reduction.weights);
          return [
            tf.sum(tf.mul(losses, reduction.weights)),
            tf.sum(counts),
            tf.sum(tf.step(loss)),
            tf.sum(slope, 2),
            tf.neg(tf.sum(slope, 1)),
            ...(reduction.count ? [reduction.count] : []),
          ];
        }),
      );
    }
    const total = (part: number): tf.Tensor => tf.addN(blocks.map((block) => block[part]!));
    const divided = (whole: tf.Tensor): tf.Tensor => (blocks[0]![5] ? tf.divNoNan(whole, total(5)) : whole);
    const each = (part: number): tf.Tensor => divided(tf.concat(blocks.map((block) => block[part]!)));
    return differentiated({
      value: tf.stack([divided(total(0)), tf.divNoNan(total(2), total(1)), total(1)]) as tf.Tensor1D,
      saved: [each(3), each(4)],
      gradient: (dy, slopes) => slopes.map((slope) => tf.mul(slope, tf.slice(dy, 0, 1))),
    });
  });
  return tf.unstack(three) as [tf.Scalar, tf.Scalar, tf.Scalar];
}
