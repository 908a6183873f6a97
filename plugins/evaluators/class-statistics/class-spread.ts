/** How far embeddings lie from their class means and class means from each other. */
export interface ClassSpread {
  /** Mean Euclidean distance of an embedding from the mean of its class. */
  readonly intra: number;
  /** Mean Euclidean distance between two class means; undefined for a single class. */
  readonly inter: number | undefined;
}

const distance = (
  a: Float32Array | Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  dim: number,
): number => {
  let square = 0;
  for (let column = 0; column < dim; column++) square += (a[aStart + column]! - b[bStart + column]!) ** 2;
  return Math.sqrt(square);
};

/**
 * Computes the spread of labeled embeddings, in doubles. Rows labeled −1 are left out, classes without a row too.
 *
 * @param embeddings row-major `[labels.length, dim]`
 * @returns undefined where no row has a class
 */
export function classSpread(embeddings: Float32Array, labels: Int32Array, dim: number): ClassSpread | undefined {
  const present = [...new Set(labels)].filter((label) => label >= 0);
  if (present.length === 0) return undefined;
  const position = new Map(present.map((label, index) => [label, index]));
  const means = new Float64Array(present.length * dim);
  const counts = new Float64Array(present.length);
  labels.forEach((label, row) => {
    const index = position.get(label);
    if (index === undefined) return;
    counts[index]!++;
    for (let column = 0; column < dim; column++) means[index * dim + column]! += embeddings[row * dim + column]!;
  });
  means.forEach((sum, entry) => {
    means[entry] = sum / counts[Math.floor(entry / dim)]!;
  });

  let [within, rows] = [0, 0];
  labels.forEach((label, row) => {
    const index = position.get(label);
    if (index === undefined) return;
    within += distance(embeddings, row * dim, means, index * dim, dim);
    rows++;
  });
  let between = 0;
  for (let first = 0; first < present.length; first++) {
    for (let second = first + 1; second < present.length; second++)
      between += distance(means, first * dim, means, second * dim, dim);
  }
  const pairs = (present.length * (present.length - 1)) / 2;
  return { intra: within / rows, inter: pairs > 0 ? between / pairs : undefined };
}
