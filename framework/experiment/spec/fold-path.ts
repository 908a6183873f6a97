/**
 * Tells whether a path of a matrix says which fold of the training classes is validation:
 * `dataset.omniglot.split.fold`.
 */
export function isFoldPath(path: string): boolean {
  return /\.split\.fold$/.test(path);
}

/** Leaves out a point's fold. */
export function withoutFold(point: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(point).filter(([path]) => !isFoldPath(path)));
}

/**
 * Computes what folds of so many share in training: images held out of one over those in it; 0 for fewer than two. See
 * `pairedTest`.
 */
export function overlapOf(folds: number): number {
  return folds > 1 ? 1 / (folds - 1) : 0;
}
