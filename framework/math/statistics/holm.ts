/**
 * Applies Holm's adjustment to p-values (Scandinavian Journal of Statistics 6, 1979): compared with α, they keep the
 * chance of one or more false findings among all of them at α.
 *
 * @param values NaN for what could not be tested; it stays, and does not count
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()]
    .filter((index) => !Number.isNaN(values[index]))
    .sort((a, b) => values[a]! - values[b]!);
  const adjusted = [...values];
  let most = 0;
  for (const [place, index] of order.entries()) {
    most = Math.max(most, Math.min(1, values[index]! * (order.length - place)));
    adjusted[index] = most;
  }
  return adjusted;
}
