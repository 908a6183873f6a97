import type { EmbeddedSplit } from '../../contracts/evaluator.ts';

/** As PyTorch's `normalize` has it: a vector of zeros stays one. */
const minNorm = 1e-12;

/**
 * Sets embeddings of the same images by several models side by side, each row of each brought to length 1: what a fold
 * each has learned as one model (Musgrave, Belongie and Lim, ECCV 2020).
 *
 * @param parts row-major `[n, dim]`, each of as many rows
 * @returns row-major `[n, sum of the dims]`
 */
export function joinEmbeddings(
  parts: readonly Pick<EmbeddedSplit, 'embeddings' | 'dim'>[],
): Pick<EmbeddedSplit, 'embeddings' | 'dim'> {
  const dim = parts.reduce((sum, part) => sum + part.dim, 0);
  const count = parts[0]!.embeddings.length / parts[0]!.dim;
  const joined = new Float32Array(count * dim);
  let column = 0;
  for (const part of parts) {
    for (let row = 0; row < count; row++) {
      const from = part.embeddings.subarray(row * part.dim, (row + 1) * part.dim);
      const norm = Math.max(minNorm, Math.sqrt(from.reduce((sum, value) => sum + value * value, 0)));
      for (let place = 0; place < part.dim; place++) joined[row * dim + column + place] = from[place]! / norm;
    }
    column += part.dim;
  }
  return { embeddings: joined, dim };
}
