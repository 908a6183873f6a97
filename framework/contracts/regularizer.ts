import type { Scalar, Tensor2D } from '@tensorflow/tfjs';

/** What rows should not be, as a number to be minimized: of embeddings, or of class weights. Keeps no tensors. */
export interface Regularizer {
  /** Computes the penalty of `rows [rows, dim]`, as they are: not normalized. Differentiable and finite. */
  penalty(rows: Tensor2D): Scalar;
}
