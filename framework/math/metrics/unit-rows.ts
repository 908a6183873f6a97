/**
 * Computes the rows divided by their Euclidean norms, each computed in doubles and rounded once; a row of zeros stays
 * zero.
 *
 * @param values row-major `[rows, dim]`
 */
export function unitRows(values: Float32Array, dim: number): Float32Array {
  const unit = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += dim) {
    let square = 0;
    for (let column = start; column < start + dim; column++) square += values[column]! ** 2;
    const norm = Math.sqrt(square);
    if (norm > 0) for (let column = start; column < start + dim; column++) unit[column] = values[column]! / norm;
  }
  return unit;
}
