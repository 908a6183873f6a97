import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/** Rows of `[classes, dim]` float32: the primitive under centers, proxies and class weights of many classes. */
export interface ClassTable {
  readonly classes: number;
  readonly dim: number;
  /** Rows of `labels [rows]` int32 → `[rows, dim]`; the caller disposes. No gradient flows through it. */
  gather(labels: Tensor1D): Tensor2D;
  /** Puts `rows [rows, dim]` in place of those of `labels [rows]`, which are all different. In place. */
  write(labels: Tensor1D, rows: Tensor2D): void;
  /** Adds `delta [batch, dim]` to the rows of `labels [batch]`; rows named twice get both. In place. */
  scatterAdd(labels: Tensor1D, delta: Tensor2D): void;
  /** Rows `begin` … `end` − 1 in plain memory, row-major: what checkpoints and evaluation read piece by piece. */
  read(begin: number, end: number): Promise<Float32Array>;
  /** Puts row-major `values` in place of the rows from `begin` on. */
  fill(begin: number, values: Float32Array): void;
  /**
   * Another table of the same size, in the same kind of memory, all zero: for an optimizer's slots. The caller disposes
   * it.
   */
  zerosLike(): ClassTable;
  /** Frees the memory. */
  dispose(): void;
}

/**
 * Where a table's rows lie: on the device that computes, in the machine's memory, or in a file of the user's cache
 * folder.
 */
export type TableStorage = 'device' | 'host' | 'file';
