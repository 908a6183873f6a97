/** How two labelings of the same items overlap. */
export interface Contingency {
  readonly total: number;
  /** Sizes of the clusters of each labeling. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Non-empty overlaps: items of both a cluster of `left` and one of `right`. */
  readonly overlaps: readonly { readonly left: number; readonly right: number; readonly count: number }[];
}

function positions(labels: ArrayLike<number>): { of: Map<number, number>; sizes: number[] } {
  const of = new Map<number, number>();
  const sizes: number[] = [];
  for (const label of Array.from(labels)) {
    if (!of.has(label)) of.set(label, sizes.push(0) - 1);
    sizes[of.get(label)!]!++;
  }
  return { of, sizes };
}

/** Counts the overlaps of two labelings `[items]`. */
export function contingencyOf(a: ArrayLike<number>, b: ArrayLike<number>): Contingency {
  const [left, right] = [positions(a), positions(b)];
  const counts = new Map<number, number>();
  for (let item = 0; item < a.length; item++) {
    const key = left.of.get(a[item]!)! * right.sizes.length + right.of.get(b[item]!)!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const columns = right.sizes.length;
  const overlaps = [...counts].map(([key, count]) => ({
    left: Math.floor(key / columns),
    right: key % columns,
    count,
  }));
  return { total: a.length, left: left.sizes, right: right.sizes, overlaps };
}
