import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs';

/** Losses of pairs, triplets or anchors. */
export interface ReducerInput {
  /**
   * The losses, finite; the first axis is the anchors': `[anchors]`, `[anchors, references]`, `[anchors, references,
   * references]`.
   */
  readonly losses: Tensor;
  /** How often each of them counts, in the same shape; 0: it is none. */
  readonly counts: Tensor;
  /** Class of each anchor, int32 `[anchors]`. */
  readonly labels: Tensor1D;
}

/** What a reducer makes of losses. */
export interface Reduction {
  /** What each loss is multiplied by before all are added, in the shape of `losses`. */
  readonly weights: Tensor;
  /** What the sum is divided by: of losses that come in blocks, the sum over the blocks. Absent: it is not divided. */
  readonly count?: Scalar;
}

/** How many losses become one: Σ weights · losses / Σ count, and 0 where the count is 0. Keeps no tensors. */
export interface Reducer {
  /**
   * Weighs the losses. Weights and count are constant for the gradient. Called for some anchors at a time where all
   * losses at once would take too much memory.
   */
  weigh(input: ReducerInput): Reduction;
  /**
   * Whether the losses of positive and of negative pairs are reduced together, where a loss has both; else each apart,
   * and added.
   */
  readonly together?: boolean;
}
