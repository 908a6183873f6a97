/**
 * Decides which training images make up each batch. A pure function of the epoch, so that a run resumes at any step.
 */
export interface Sampler {
  /** Batches an epoch. */
  readonly stepsPerEpoch: number;
  /** Indices into the training split of batch `step` (0 … stepsPerEpoch − 1) of `epoch` (from 0). */
  batch(epoch: number, step: number): Int32Array;
}
