/**
 * Collects the rows of each label, in the order given.
 *
 * @param rows which rows, in which order; all of them, in their own, unless given
 */
export function rowsByLabel(
  labels: ArrayLike<number>,
  rows: Iterable<number> = Array.from(labels, (_, row) => row),
): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const row of rows) {
    const known = found.get(labels[row]!);
    if (known) known.push(row);
    else found.set(labels[row]!, [row]);
  }
  return found;
}
