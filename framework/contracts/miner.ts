import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { Distance } from './distance.ts';
import type { Scores } from './head.ts';
import type { LabeledEmbedding } from './pair-loss.ts';

/** What a miner chooses from. Nothing of it is differentiated. */
export interface MinerInput {
  /** As the loss compares them: normalized where it normalizes. Their `labels` are int32 `[anchors]`. */
  readonly anchors: LabeledEmbedding;
  /** A negative label marks an empty row, which neither mask keeps. */
  readonly references: LabeledEmbedding;
  /** Whether reference i is anchor i, for as many as there are of both. */
  readonly sameSet: boolean;
  /** 1 where both are of one class, but not an anchor with itself; float32 `[anchors, references]`. */
  readonly positive: Tensor2D;
  /** 1 where the classes differ. */
  readonly negative: Tensor2D;
  /** The loss's distance, and what it gives for these rows, `[anchors, references]`. */
  readonly distance: Distance;
  readonly distances: Tensor2D;
  /** The similarity of that distance, `[anchors, references]`. */
  readonly similarities: Tensor2D;
  /** What the head says of the anchors; absent where there is none, or where another loss wraps this one. */
  readonly scores?: Scores | undefined;
  /** Training step from 0: what random choices are drawn by. */
  readonly step: number;
}

/** Chosen pairs: every positive of an anchor is compared with every negative of it. */
export interface MinedPairs {
  /** How often each pair counts, `[anchors, references]`; 0: not at all. */
  readonly positive: Tensor2D;
  readonly negative: Tensor2D;
  /** Whether an anchor has one positive and one negative at most, so that it stands for one triplet. */
  readonly single?: boolean;
}

/** Chosen triplets. */
export interface MinedTriplets {
  /**
   * How often each triplet (anchor, positive, negative) counts for the `count` anchors from `begin` on, `[count,
   * references, references]`: asked for in blocks, so that memory stays bounded.
   */
  triplets(begin: number, count: number): Tensor3D;
}

/** Which pairs or triplets of a batch a loss compares. Runs inside the engine's `tf.tidy`; keeps no tensors. */
export interface Miner {
  /** Chooses. The same input gives the same choice, so that a resumed run goes on as it would have. */
  mine(input: MinerInput): MinedPairs | MinedTriplets;
  /**
   * What is compared in place of the batch's own rows, such as the means of classes; differentiable. `mine` and the
   * loss are given these then.
   */
  regroup?(
    anchors: LabeledEmbedding,
    references: LabeledEmbedding,
  ): { readonly anchors: LabeledEmbedding; readonly references: LabeledEmbedding };
}
