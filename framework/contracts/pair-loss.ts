import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Loss, LossInput, LossOutput } from './loss.ts';

/** Rows of an embedding with the class of each. */
export interface LabeledEmbedding {
  /** `[rows, dim]` float32, not normalized. */
  readonly embedding: Tensor2D;
  /** int32 `[rows]`; among references a negative label marks an empty row, which is compared with nothing. */
  readonly labels: Tensor1D;
}

/**
 * A loss that compares images with images, so that another loss can give it more to compare with (a memory, a gallery).
 */
export interface PairLoss extends Loss {
  /**
   * The loss of the anchors against the references; `forward` is the batch against itself. Differentiable in both
   * embeddings. No pair or triplet to compare: value 0 and gradient 0.
   *
   * @param anchors `[batch, dim]`
   * @param references `[references, dim]`
   * @param sameSet whether row i of the references is anchor i, for as many as there are of both: those are not
   * compared
   * @param moment the step that it is computed in, for what is drawn or mined; the first step's where it is left out
   */
  compare(
    anchors: LabeledEmbedding,
    references: LabeledEmbedding,
    sameSet: boolean,
    moment?: Pick<LossInput, 'step' | 'scores'>,
  ): LossOutput;
}
