import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { ForwardMode } from './backbone.ts';
import type { Parameter } from './parameter.ts';

/** `linear`: values are logits `xW + b`. `cosine`: values are cosines between embedding and class weights. */
export type ScoreKind = 'linear' | 'cosine';

/** What a head says of a batch: one column for each active class. */
export interface Scores {
  /** `[batch, columns]`; a sampled head plays fewer columns than there are classes. */
  readonly values: Tensor2D;
  /** Column of each row's own class, int32 `[batch]`. */
  readonly target: Tensor1D;
  readonly kind: ScoreKind;
  /** Bias already contained in linear `values`, `[columns]`; absent where the head has none. */
  readonly bias?: Tensor1D;
  /**
   * Linear heads: `values` before the bias, `[batch, columns]`. Taking the bias off again would drown an embedding of
   * tiny norm in rounding.
   */
  readonly product?: Tensor2D;
  /** Linear heads: the norms of the active class weights, `[columns]`, differentiable; computed when it is called. */
  weightNorms?(): Tensor1D;
  /**
   * The active class weights, a row a column of `values`, `[columns, dim]`; with K sub-centers K rows, class-major.
   * Differentiable, as the head has them: not normalized.
   */
  classWeights?(): Tensor2D;
}

/** `(embedding, labels)` to scores. */
export interface Head {
  readonly kind: ScoreKind;
  readonly parameters: readonly Parameter[];
  /**
   * Called once a step, before the forward passes of its micro-batches, with the labels of them all: what a sampled
   * head draws its classes by, so that every micro-batch plays the same.
   */
  begin?(labels: Int32Array, step: number): void;
  /** Differentiable, for training. `embedding [batch, dim]`, `labels` int32 `[batch]`. */
  forward(embedding: Tensor2D, labels: Tensor1D, mode: ForwardMode): Scores;
  /**
   * A sampled head: `forward` over the classes given instead of those that it would draw, in their order; the target is
   * the place of each label among them. What the checker compares with reference cases. `sampledClasses` contains every
   * label.
   */
  forwardOver?(embedding: Tensor2D, labels: Tensor1D, sampledClasses: Int32Array, mode: ForwardMode): Scores;
  /** Scores of every class for evaluation, `[batch, classes]`; the predicted class is the largest. */
  classify(embedding: Tensor2D): Tensor2D;
  /**
   * The class whose score is largest, int32 `[batch]`, where the scores of all classes at once would take too much
   * memory.
   */
  predict?(embedding: Tensor2D): Tensor1D;
}
