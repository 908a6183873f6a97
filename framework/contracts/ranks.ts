import type { Tensor } from '@tensorflow/tfjs';

/**
 * The processes of one run, each a rank. Its methods are collective: every rank calls the same ones in the same order,
 * with tensors of one shape, float32 or int32, and waits for the others. What they give is the same bits on every rank;
 * the caller disposes it. None of them is differentiable.
 */
export interface Ranks {
  /** This process's, from 0. */
  readonly rank: number;
  readonly size: number;
  /** The sum over all ranks, element by element. */
  sum<T extends Tensor>(x: T): T;
  /** The largest of all ranks, element by element. */
  max<T extends Tensor>(x: T): T;
  /** The rows of all ranks, in their order: `[rows, ...]` → `[size · rows, ...]`. */
  gather<T extends Tensor>(x: T): T;
  /** What rank 0 gives, on every rank. */
  broadcast<T extends Tensor>(x: T): T;
  /** Waits for all ranks, after which each may leave without the others taking it for lost. */
  part(): void;
}

/** The place of a process among those of a run. */
export interface RankPlace {
  readonly rank: number;
  /** Where each rank listens, `host:port`, in their order. */
  readonly addresses: readonly string[];
}
