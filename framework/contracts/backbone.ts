import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Parameter } from './parameter.ts';
import type { Ranks } from './ranks.ts';

/** Whether the pass is one of training (batch statistics, dropout) or of evaluation, and at which step. */
export interface ForwardMode {
  readonly training: boolean;
  /** Training step from 0; seeds dropout and the like. */
  readonly step: number;
  /**
   * Says of a normalization, by its name, that its running statistics stay as they are and serve in training as they
   * do in evaluation; absent where none is frozen.
   */
  readonly frozen?: (layer: string) => boolean;
  /**
   * The processes that each compute a part of the batch, rank after rank; absent where the pass has the whole batch. What
   * a layer draws for each image must not be the same on all of them.
   */
  readonly ranks?: Ranks;
  /** Whether normalizations over the batch take the statistics of all ranks. */
  readonly synchronized?: boolean;
}

/** A piece of a backbone, in the order of the forward pass. */
export interface BackboneBlock {
  /** 0 for the stem, then 1, 2, …: what `freeze: {stages: 3}` counts. Absent behind the stages: embedding and neck. */
  readonly stage?: number | undefined;
  readonly parameters: readonly Parameter[];
  /** Whether it learns at the rate of the block before or behind it where rates fall from block to block. */
  readonly joined?: 'before' | 'behind' | undefined;
  /** Differentiable: what the block before it gives, or the images, to what the next one takes. */
  forward(x: Tensor, mode: ForwardMode): Tensor;
}

/** Images to embedding. */
export interface Backbone {
  /** Columns of the embedding. */
  readonly dim: number;
  readonly parameters: readonly Parameter[];
  /** Whether it brings images to the mean and deviation of its weights by itself. */
  readonly prepares?: boolean;
  /** Whether it takes images of any size, not just that of its context: one that pools over the whole image. */
  readonly anySize?: boolean | undefined;
  /**
   * The same net in pieces: one after the other they give what `forward` does, and their parameters are `parameters` in
   * that order. Without them parts of it are frozen at full cost, and rates cannot fall from block to block.
   */
  readonly blocks?: readonly BackboneBlock[] | undefined;
  /**
   * Differentiable. `images [batch, height, width, channels]` float32 in [−1, 1] → embedding `[batch, dim]`. Runs
   * inside the engine's `tf.tidy`; the caller disposes the result.
   */
  forward(images: Tensor4D, mode: ForwardMode): Tensor2D;
}

/** A net of another library, as the `spec.json` beside its reference numbers describes it. */
export interface ReferenceNet {
  readonly library: string;
  /** Name of the class in that library, with what it was made with. */
  readonly class: string;
  /** The numbers that it was made with. */
  readonly architecture: Readonly<Record<string, unknown>>;
}
