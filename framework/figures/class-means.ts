import type { EmbeddedSplit } from '../contracts/evaluator.ts';

/** Computes the mean embedding of each class, row-major `[classes, dim]`; NaN for a class without images. */
export function classMeans({ embeddings, labels, dim, classNames }: EmbeddedSplit): Float32Array {
  const means = new Float32Array(classNames.length * dim);
  const counts = new Int32Array(classNames.length);
  labels.forEach((label, row) => {
    if (label < 0) return;
    counts[label]!++;
    for (let column = 0; column < dim; column++) means[label * dim + column]! += embeddings[row * dim + column]!;
  });
  return means.map((sum, index) => sum / counts[Math.floor(index / dim)]!);
}
