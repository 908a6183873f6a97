import type { PastValidation } from './schedule.ts';

/** Where training stands, beside the tensors. */
export interface TrainingPosition {
  /** Steps done. */
  readonly step: number;
  /** Sums over the steps of the epoch under way: name → [sum of value × images, images]. */
  readonly epochSums: Readonly<Record<string, readonly [number, number]>>;
  /** What validation found at this very step, as `validation/accuracy`; left out where it was not evaluated here. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** What past validations found of the metrics that something watches; left out where nothing does. */
  readonly validations?: readonly PastValidation[];
}

/** A named tensor in plain memory. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/**
 * A tensor too large to be in memory twice: its rows come piece by piece, in order, whole rows each. A piece may be
 * overwritten once the next is asked for.
 */
export interface StoredPieces extends Omit<StoredTensor, 'data'> {
  pieces(): AsyncIterable<StoredTensor['data']>;
}

/** Keeps checkpoints; the engine does not know where. */
export interface CheckpointStore {
  /** Writes one; resolves when it is safe. The tensors are read one at a time. */
  write(
    position: TrainingPosition,
    tensors: Iterable<StoredTensor> | AsyncIterable<StoredTensor | StoredPieces>,
  ): Promise<{ readonly file: string; readonly bytes: number; readonly sha256: string }>;
}

/** A checkpoint as it was read back. */
export interface Checkpoint {
  readonly position: TrainingPosition;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Those that lie in shards, by name. */
  readonly large?: ReadonlyMap<string, StoredPieces>;
}
