import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Parameter } from './parameter.ts';

/** Whether the pass is one of training (batch statistics, dropout) or of evaluation, and at which step. */
export interface ForwardMode {
  readonly training: boolean;
  /** Training step from 0; seeds dropout and the like. */
  readonly step: number;
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
