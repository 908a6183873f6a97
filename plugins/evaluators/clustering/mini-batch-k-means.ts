import type { Random } from 'ablate-ml';
import { assign, type Clusters } from './k-means.ts';

/** How mini-batches go. */
export interface MiniBatchOptions {
  /** b, rows a batch; at most all. */
  readonly size: number;
  /** t, batches. */
  readonly rounds: number;
}

/** `count` different numbers below `limit`: the first places of a shuffle, without the shuffle. */
function differentRows(limit: number, count: number, random: Random): Int32Array {
  const moved = new Map<number, number>();
  return Int32Array.from({ length: count }, (_, place) => {
    const other = place + random.integer(limit - place);
    const chosen = moved.get(other) ?? other;
    moved.set(other, moved.get(place) ?? place);
    return chosen;
  });
}

/** The rows at `indices`, one after the other. */
function gathered(rows: Float32Array, dim: number, indices: Int32Array): Float32Array {
  const found = new Float32Array(indices.length * dim);
  indices.forEach((row, place) => found.set(rows.subarray(row * dim, (row + 1) * dim), place * dim));
  return found;
}

/**
 * Clusters by mini-batch k-means (Sculley, WWW 2010, algorithm 1): the centers begin at different rows; each batch is
 * drawn with replacement and assigned as a whole, then each of its rows pulls its center by one over the number of rows
 * that this center has had. Every row is assigned in the end.
 *
 * @param rows row-major `[rows, dim]`
 * @param count clusters, at most the number of rows
 */
export async function miniBatchKMeans(
  rows: Float32Array,
  dim: number,
  count: number,
  { size, rounds }: MiniBatchOptions,
  random: Random,
): Promise<Clusters> {
  const items = rows.length / dim;
  const centers = gathered(rows, dim, differentRows(items, count, random));
  const seen = new Float64Array(count);
  const nearest = new Int32Array(Math.min(size, items));
  for (let round = 0; round < rounds; round++) {
    const batch = gathered(
      rows,
      dim,
      Int32Array.from(nearest, () => random.integer(items)),
    );
    await assign(batch, dim, centers, nearest);
    nearest.forEach((center, place) => {
      const rate = 1 / ++seen[center]!;
      for (let column = 0; column < dim; column++)
        centers[center * dim + column]! += rate * (batch[place * dim + column]! - centers[center * dim + column]!);
    });
  }
  const assignment = new Int32Array(items);
  await assign(rows, dim, centers, assignment);
  let inertia = 0;
  assignment.forEach((center, item) => {
    for (let column = 0; column < dim; column++)
      inertia += (rows[item * dim + column]! - centers[center * dim + column]!) ** 2;
  });
  return { assignment, inertia };
}
