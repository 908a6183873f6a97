/** Which fold of its training classes a run holds out for validation, and of how many. */
export interface RunFold {
  readonly index: number;
  readonly of: number;
}

/** Reads what a data set's `split` says of folds; undefined where it is split otherwise. */
export function foldOfSplit(split: unknown): RunFold | undefined {
  const { by, fold, folds } = (split ?? {}) as { by?: unknown; fold?: unknown; folds?: unknown };
  return by === 'fold' ? { index: Number(fold), of: Number(folds) } : undefined;
}

/** Counts the folds that some runs are of; 0 where they are of none, or all of one. */
export function foldsAmong(runs: readonly { readonly fold?: RunFold | undefined }[]): number {
  const several = new Set(runs.map(({ fold }) => fold?.index)).size > 1;
  return several ? Math.max(...runs.map(({ fold }) => fold?.of ?? 0)) : 0;
}
