import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { ColumnNeeds } from './column.ts';
import type { Scores, ScoreKind } from './head.ts';
import type { Parameter } from './parameter.ts';

/** The batch as a loss sees it. All tensors are owned by the engine. */
export interface LossInput {
  /** `[batch, dim]`, as the backbone gave it: not normalized. */
  readonly embedding: Tensor2D;
  /**
   * The embeddings of every view, `[batch, dim]` each, for a loss that `needs` views: row i of all shows the same
   * image. The first is `embedding` itself. What else is here is of the images, or of the first view.
   */
  readonly views?: readonly Tensor2D[];
  /**
   * What the net that `train.average` keeps gives for every view, `[batch, dim]` each, constant; for a loss that
   * `needs` it.
   */
  readonly averaged?: readonly Tensor2D[];
  /**
   * The projection of every view, `[batch, dim]` each, where a loss is told its predictions as `views` instead of
   * predicting; absent in training.
   */
  readonly projections?: readonly Tensor2D[];
  /** Class of each row, int32 `[batch]`. */
  readonly labels: Tensor1D;
  /** Present unless the spec has no head; a loss that `needs` scores may rely on it. */
  readonly scores?: Scores;
  /** How much each row counts in a classification loss, `[batch]`; absent where all count alike. */
  readonly rowWeights?: Tensor1D;
  /** The margin of each row, `[batch]`, where a loss is told it instead of drawing it; absent in training. */
  readonly rowMargins?: Tensor1D;
  /** Training step from 0. */
  readonly step: number;
  /** Which training image each row is: its index in the training split, int32 `[batch]`. A run always gives it. */
  readonly rows?: Tensor1D;
  /** What a teacher gave for each row, `[batch, its own dim]`, constant; for a loss that `needs` a teacher. */
  readonly teacher?: Tensor2D;
  /**
   * The columns that the loss `needs`, by name, constant: `label` int32 `[batch]`, −1 for none; `labels` `[batch,
   * names]`, 1 where the row has the name, else 0; `number` `[batch]`, `box` `[batch, 4]`, `vector` `[batch, dim]`, NaN
   * for none.
   */
  readonly columns?: Readonly<Record<string, Tensor>>;
}

/** A loss's value and the parts that are logged beside it. */
export interface LossOutput {
  /** The scalar that is minimized. */
  readonly value: Scalar;
  /** Named scalars for the log, each by its own name (`cross-entropy`, `magnitude`); not added to `value` again. */
  readonly parts?: Readonly<Record<string, Scalar>>;
}

/** What a loss asks of the head and of the batch; checked before the run. */
export interface LossNeeds {
  /** The kind of scores it works on; absent: it works without a head. */
  readonly scores?: ScoreKind;
  /** Sub-centers a class that the cosine head must have. */
  readonly subCenters?: number;
  /** It compares images of one class within the batch, so the sampler must put at least two of each there. */
  readonly positives?: boolean;
  /** It compares images of different classes within the batch, so a batch of one class teaches it nothing. */
  readonly negatives?: boolean;
  /** It reads `teacher`, so the spec must name a file of the training images' embeddings beside it. */
  readonly teacher?: boolean;
  /** The teacher's embeddings must have as many columns as the backbone's. */
  readonly teacherOfSameDim?: boolean;
  /**
   * How many views of each image it compares; the spec's `augment.views` must be as many. One that says nothing takes
   * the first alone.
   */
  readonly views?: number;
  /** It reads `averaged`, so the spec must average the weights exponentially, by `train.average`. */
  readonly averaged?: boolean;
  /** Columns of the data set that it reads. */
  readonly columns?: ColumnNeeds;
}

/** A loss. Runs inside the engine's `tf.tidy`; keeps nothing but its parameters. */
export interface Loss {
  /** Trainable variables (proxies, a radius) and state (centers, running statistics, a queue). */
  readonly parameters: readonly Parameter[];
  /** Differentiable in `embedding`, `scores` and the trainable parameters. Must not change state. */
  forward(input: LossInput): LossOutput;
  /** The logits after margin and scale, `[batch, columns]`, of a classification loss: what the checker compares. */
  logits?(input: LossInput): Tensor2D;
  /**
   * The update rule of its own, called once after the optimizer's step with the batch as the forward pass saw it
   * (embedding and scores from before the step; whole, where `train.accumulate` computed it in parts). Changes
   * non-trainable parameters only.
   */
  update?(input: LossInput): void;
}
