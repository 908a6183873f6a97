import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/** Rows of `[classes, dim]`: the primitive under centres, proxies and class weights of many classes. */
export interface ClassTable {
  readonly classes: number;
  readonly dim: number;
  /** Rows of `labels [batch]` int32 → `[batch, dim]`; the caller disposes. */
  gather(labels: Tensor1D): Tensor2D;
  /** Adds `delta [batch, dim]` to the rows of `labels [batch]`; rows named twice get both. In place. */
  scatterAdd(labels: Tensor1D, delta: Tensor2D): void;
}
