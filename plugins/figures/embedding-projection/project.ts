import type { Random } from 'ablate-ml';

/** How many dimensions are made two. */
export interface Projection {
  readonly method: 'pca' | 'umap';
  readonly neighbors: number;
  readonly minDistance: number;
}

/**
 * Projects rows into the plane, row-major `[rows, 2]`.
 *
 * @param rows `[rows][dim]`
 * @returns for PCA also the share of the variance that each direction has
 */
export async function project(
  rows: number[][],
  { method, neighbors, minDistance }: Projection,
  random: Random,
): Promise<{ places: Float32Array; shares?: readonly number[] }> {
  if (method === 'pca') {
    const { PCA } = await import('ml-pca');
    const pca = new PCA(rows, { method: rows.length < rows[0]!.length ? 'SVD' : 'covarianceMatrix' });
    const found = pca.predict(rows, { nComponents: 2 }).to2DArray();
    // A direction's sign is arbitrary; that of its largest loading is made positive, so that machines agree.
    const loadings = pca.getLoadings().to2DArray();
    const signs = [0, 1].map(
      (axis) =>
        Math.sign(
          loadings[axis]!.reduce((largest, value) => (Math.abs(value) > Math.abs(largest) ? value : largest), 0),
        ) || 1,
    );
    return {
      places: Float32Array.from(found.flatMap(([x, y]) => [x! * signs[0]!, y! * signs[1]!])),
      shares: pca.getExplainedVariance().slice(0, 2),
    };
  }
  const { UMAP } = await import('umap-js');
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(neighbors, rows.length - 1),
    minDist: minDistance,
    random: () => random.uniform(),
  });
  return { places: Float32Array.from(umap.fit(rows).flat()) };
}
