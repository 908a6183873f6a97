/** Values of one quantity at several sizes. */
export interface Measured {
  readonly size: number;
  /** One value for each moment, in order. */
  readonly values: readonly number[];
}

/**
 * Extrapolates the largest value at another size. Each moment of the course is a polynomial of the size (activations
 * grow with the batch, pairs with its square, triplets with its cube), laid through all measurements; where the course
 * itself depends on the size, so that moments do not match, a line through the largest values of the last two.
 *
 * @param measured at least two, of increasing size
 */
export function largestAt(size: number, measured: readonly Measured[]): number {
  const moments = measured[0]!.values.length;
  const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
  if (measured.some(({ values }) => values.length !== moments)) {
    return throughAll(
      size,
      measured.slice(-2).map(({ size: at, values }) => ({ at, value: largest(values) })),
    );
  }
  return largest(
    Array.from({ length: moments }, (_, moment) =>
      throughAll(
        size,
        measured.map(({ size: at, values }) => ({ at, value: values[moment]! })),
      ),
    ),
  );
}

/** Lagrange's polynomial. */
function throughAll(size: number, points: readonly { at: number; value: number }[]): number {
  return points.reduce((sum, { at, value }, index) => {
    const weight = points.reduce(
      (product, other, position) => (position === index ? product : (product * (size - other.at)) / (at - other.at)),
      1,
    );
    return sum + value * weight;
  }, 0);
}
