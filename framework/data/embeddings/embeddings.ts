/** What a row of an embeddings file is for: its value in the tensor `role`. */
export const rowRoles = { gallery: 0, probe: 1, distractors: 2 } as const;

/** Pairs of rows; all arrays have one entry a pair. */
export interface RowPairs {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where both show the same class, else 0. */
  readonly same: Uint8Array;
  /** Fold of each pair, from 0. */
  readonly fold: Int32Array;
}

/** Embeddings from anywhere, with what evaluators need to know of them. */
export interface Embeddings {
  readonly dim: number;
  /** Row-major `[n, dim]`, all finite; those that stayed in their file are read whole by asking for this. */
  readonly embeddings: Float32Array;
  /** Class of each row, an index into `classNames`; −1 for none. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  /** Role of each row by `rowRoles`; absent where every row is both query and reference. */
  readonly roles?: Uint8Array;
  readonly pairs?: RowPairs;
  /** Closes the file of embeddings that are read from it in parts. */
  close?(): void;
}
