import * as tf from '@tensorflow/tfjs';
import type { LossInput, LossOutput } from '../../contracts/loss.ts';
import type { LabeledEmbedding, PairLoss } from '../../contracts/pair-loss.ts';
import type { PairParts } from '../../contracts/pair-parts.ts';
import { withoutGradient } from '../ops/without-gradient.ts';
import { isTriplets, pairsOfMined, type Mined } from './mined-pairs.ts';
import { maskedMean } from './masked-mean.ts';
import { pairEmbeddings } from './pair-embeddings.ts';
import { pairLossOf } from './pair-loss-of.ts';
import { pairMasks, type PairMasks } from './pair-masks.ts';
import { reduced } from './reduced.ts';

/**
 * The pairs that a loss compares: its miner's choice, measured by its distance. Each is computed when it is asked for.
 */
export interface ComparedPairs {
  /** Normalized where the loss normalizes. */
  readonly anchors: LabeledEmbedding;
  readonly references: LabeledEmbedding;
  readonly sameSet: boolean;
  /** How often each pair counts, `[anchors, references]`, mostly 0 or 1; constant for the gradient. */
  readonly positive: tf.Tensor2D;
  readonly negative: tf.Tensor2D;
  /** What the miner chose, where it chose triplets. */
  readonly mined: Mined;
  /** `[anchors, references]`, differentiable. */
  readonly distances: tf.Tensor2D;
  readonly similarities: tf.Tensor2D;
  /** The loss's reducer on losses whose first axis is the anchors', with how often each counts. */
  reduce(losses: tf.Tensor, counts: tf.Tensor): tf.Scalar;
}

/** A value that is computed once, when it is first asked for. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}

/** The parts of a pair loss; without a reducer for one that is a single number of the whole batch. */
export type PairLossParts = Omit<PairParts, 'reducer'> & Partial<Pick<PairParts, 'reducer'>>;

/**
 * Makes a pair loss from its parts and its formula. What the miner chose is logged, unless it chose every pair.
 *
 * @param settings `normalize`: whether embeddings are divided by their norms first
 */
export function comparedPairs(
  parts: PairLossParts,
  formula: (pairs: ComparedPairs) => LossOutput,
  settings: { readonly normalize?: boolean } = {},
): PairLoss {
  return pairLossOf((anchors, references, sameSet, moment) => {
    const [x, y] = pairEmbeddings(anchors, references, settings.normalize ?? false);
    const given = { anchors: { ...anchors, embedding: x }, references: { ...references, embedding: y } };
    const grouped = parts.miner.regroup?.(given.anchors, given.references);
    const pairs = chosen(parts, grouped ?? given, sameSet && !grouped, moment);
    const { value, parts: logged } = formula(pairs);
    return { value, parts: { ...logged, ...pairs.counts() } };
  });
}

type Sets = Pick<ComparedPairs, 'anchors' | 'references'>;
type Counts = Readonly<Record<string, tf.Scalar>>;

function chosen(
  { distance, miner, reducer }: PairLossParts,
  { anchors, references }: Sets,
  sameSet: boolean,
  moment: Pick<LossInput, 'step' | 'scores'> = { step: 0 },
): ComparedPairs & { counts(): Counts } {
  const [x, y] = [anchors.embedding, references.embedding];
  const distances = once(() => distance.between(x, y));
  const similarities = once(() => distance.similarity?.(x, y) ?? (tf.neg(distances()) as tf.Tensor2D));
  const masks = pairMasks(anchors, references, sameSet);
  const mined = miner.mine({
    anchors,
    references,
    sameSet,
    ...masks,
    distance,
    get distances() {
      return distances();
    },
    get similarities() {
      return similarities();
    },
    ...moment,
  });
  const isAll = !isTriplets(mined) && mined.positive === masks.positive && mined.negative === masks.negative;
  const constant = (mask: tf.Tensor2D): tf.Tensor2D => withoutGradient(() => tf.clone(mask));
  const kept: Mined =
    isAll || isTriplets(mined)
      ? mined
      : { ...mined, positive: constant(mined.positive), negative: constant(mined.negative) };
  const pairs = once((): PairMasks => pairsOfMined(kept, [x.shape[0], y.shape[0]]));
  return {
    anchors,
    references,
    sameSet,
    mined: kept,
    get positive() {
      return pairs().positive;
    },
    get negative() {
      return pairs().negative;
    },
    get distances() {
      return distances();
    },
    get similarities() {
      return similarities();
    },
    reduce: (losses, counts) =>
      reducer ? reduced(reducer, losses, counts, anchors.labels) : maskedMean(losses, counts),
    counts(): Counts {
      if (isAll || isTriplets(kept)) return {};
      const sum = (mask: tf.Tensor): tf.Scalar => withoutGradient(() => tf.sum(mask) as tf.Scalar);
      return { 'mined-positives': sum(kept.positive), 'mined-negatives': sum(kept.negative) };
    },
  };
}

/**
 * Reduces the losses of positive and of negative pairs, `[anchors, references]` each, as the loss's reducer says: all
 * together, or each sort apart, and added.
 */
export function reducePairs(
  pairs: Pick<ComparedPairs, 'positive' | 'negative' | 'reduce'>,
  { reducer }: Pick<PairParts, 'reducer'>,
  pull: tf.Tensor,
  push: tf.Tensor,
): tf.Scalar {
  const { positive, negative } = pairs;
  if (!reducer.together) return tf.add(pairs.reduce(pull, positive), pairs.reduce(push, negative));
  // Each pair stands in the matrix twice, or once where the references are others, on both sides of the fraction.
  return pairs.reduce(tf.add(tf.mul(pull, positive), tf.mul(push, negative)), tf.add(positive, negative));
}
