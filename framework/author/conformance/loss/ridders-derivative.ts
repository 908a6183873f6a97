/** A derivative by central differences with an estimate of its error. */
export interface NumericDerivative {
  readonly value: number;
  /** Estimated absolute error, truncation and rounding together. */
  readonly error: number;
}

const LEVELS = 7;

/**
 * Computes f′(0) by central differences at steps that halve, extrapolated to step 0 (Ridders, "Accurate computation of
 * F′(x) and F′(x)F″(x)", 1982). In float32 no single step serves: rounding grows as 1/h, and a scale of 64 makes
 * truncation large. The extrapolation with the smallest disagreement between neighbors is taken, and that disagreement
 * is the error's estimate.
 *
 * @param f evaluated at ±`first`, ±`first`/2, …
 * @param enough the error's estimate at which no smaller step is tried
 */
export async function riddersDerivative(
  f: (h: number) => Promise<number>,
  first: number,
  enough: number,
): Promise<NumericDerivative> {
  let best: NumericDerivative = { value: NaN, error: Infinity };
  let previous: number[] = [];
  for (let level = 0; level < LEVELS && best.error > enough; level++) {
    const step = first / 2 ** level;
    const row = [((await f(step)) - (await f(-step))) / (2 * step)];
    for (let order = 1; order <= level; order++) {
      const factor = 4 ** order;
      row.push((factor * row[order - 1]! - previous[order - 1]!) / (factor - 1));
      const error = Math.max(Math.abs(row[order]! - row[order - 1]!), Math.abs(row[order]! - previous[order - 1]!));
      if (error < best.error) best = { value: row[order]!, error };
    }
    previous = row;
  }
  return best;
}
