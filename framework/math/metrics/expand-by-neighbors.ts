import type { EmbeddingRows, SearchedGallery } from '../../contracts/post-processor.ts';
import { nearestNeighbors } from './nearest-neighbors.ts';
import { similarityOf } from './similarity.ts';

/** How much neighbors count. */
export interface Expansion {
  /** Neighbors that are added. */
  readonly count: number;
  /** Power of the cosine that a neighbor is weighed by; 0 weighs all alike. */
  readonly alpha: number;
}

/**
 * Adds to each row, of length 1, its nearest rows of the gallery, weighed by max(0, cosine)^α, and divides by the norm:
 * average query expansion (Chum et al., ICCV 2007; α = 0) and α query expansion (Radenović et al., TPAMI 2019, sec. 3).
 * The row itself has weight 1 and is none of its neighbors. Ranked in blocks; sums in doubles.
 */
export async function expandByNeighbors(
  rows: EmbeddingRows,
  { gallery, leaveOneOut }: SearchedGallery,
  { count, alpha }: Expansion,
): Promise<EmbeddingRows> {
  const { dim } = rows;
  const similarity = similarityOf(rows, leaveOneOut ? rows : gallery, 'cosine');
  const lengthOf = ({ values }: EmbeddingRows, row: number): number =>
    Math.hypot(...values.subarray(row * dim, (row + 1) * dim)) || 1;
  const values = new Float32Array(rows.values.length);
  const sum = new Float64Array(dim);
  for await (const { query, indices } of nearestNeighbors(similarity, { count, leaveOneOut })) {
    const own = lengthOf(rows, query);
    for (let column = 0; column < dim; column++) sum[column] = rows.values[query * dim + column]! / own;
    for (const neighbor of indices) {
      const weight = alpha === 0 ? 1 : Math.max(0, similarity.exact(query, neighbor)) ** alpha;
      const scale = weight / lengthOf(gallery, neighbor);
      for (let column = 0; column < dim; column++) sum[column]! += scale * gallery.values[neighbor * dim + column]!;
    }
    const norm = Math.hypot(...sum) || 1;
    for (let column = 0; column < dim; column++) values[query * dim + column] = sum[column]! / norm;
  }
  return { values, dim };
}
