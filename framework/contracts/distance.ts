import type { Tensor2D } from '@tensorflow/tfjs';

/** How far embeddings are from each other: what a pair loss compares by. Keeps no tensors. */
export interface Distance {
  /**
   * Computes the distances of anchors `x [rows, dim]` to references `y [columns, dim]`, `[rows, columns]`: the smaller,
   * the nearer. They may be negative, and need not be symmetric. Differentiable in both; where two rows are equal the
   * gradient is finite.
   */
  between(x: Tensor2D, y: Tensor2D): Tensor2D;
  /**
   * The similarity that the distance turns around, such as the cosine, `[rows, columns]`: what losses on similarities
   * take. Absent: minus the distance.
   */
  similarity?(x: Tensor2D, y: Tensor2D): Tensor2D;
}
