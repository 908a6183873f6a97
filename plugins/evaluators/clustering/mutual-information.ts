import { contingencyOf, type Contingency } from './contingency.ts';

const entropy = (sizes: readonly number[], total: number): number =>
  sizes.reduce((sum, size) => sum - (size / total) * Math.log(size / total), 0);

function mutualInformation({ total, left, right, overlaps }: Contingency): number {
  const sum = overlaps.reduce(
    (information, { left: a, right: b, count }) =>
      information + (count / total) * Math.log((count * total) / (left[a]! * right[b]!)),
    0,
  );
  return Math.max(0, sum);
}

/** ln n! for n = 0 … `most`. */
function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) logs[n] = logs[n - 1]! + Math.log(n);
  return logs;
}

const tally = (sizes: readonly number[]): Map<number, number> => {
  const times = new Map<number, number>();
  for (const size of sizes) times.set(size, (times.get(size) ?? 0) + 1);
  return times;
};

/**
 * Mean mutual information of two random labelings with these cluster sizes (Vinh, Epps and Bailey, JMLR 2010, eq.
 * 24a): overlaps are hypergeometric. Clusters of one size are summed once.
 */
function expectedInformation({ total, left, right }: Contingency): number {
  const log = logFactorials(total);
  let sum = 0;
  for (const [a, timesA] of tally(left)) {
    for (const [b, timesB] of tally(right)) {
      const fixed = log[a]! + log[b]! + log[total - a]! + log[total - b]! - log[total]!;
      for (let overlap = Math.max(1, a + b - total); overlap <= Math.min(a, b); overlap++) {
        const chance = Math.exp(
          fixed - log[overlap]! - log[a - overlap]! - log[b - overlap]! - log[total - a - b + overlap]!,
        );
        sum += timesA * timesB * (overlap / total) * Math.log((overlap * total) / (a * b)) * chance;
      }
    }
  }
  return sum;
}

/** How alike two labelings are, whatever the names of their clusters. */
export interface Agreement {
  /** Mutual information over the mean of the entropies: 0 independent, 1 the same. */
  readonly nmi: number;
  /** The same corrected for chance: about 0 for random labelings, 1 the same. */
  readonly ami: number;
}

/**
 * Computes normalized and adjusted mutual information with the arithmetic mean of the entropies. 1 where both have one
 * cluster, 0 where only one has.
 *
 * @param a labels `[items]`
 * @param b labels `[items]`
 */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): Agreement {
  const contingency = contingencyOf(a, b);
  const { total, left, right, overlaps } = contingency;
  if (left.length === 1 && right.length === 1) return { nmi: 1, ami: 1 };
  const alike = overlaps.length === left.length && overlaps.length === right.length;
  if (alike) return { nmi: 1, ami: 1 };
  const [information, mean] = [mutualInformation(contingency), (entropy(left, total) + entropy(right, total)) / 2];
  if (left.length === 1 || right.length === 1) return { nmi: 0, ami: 0 };
  const expected = expectedInformation(contingency);
  return { nmi: information / mean, ami: (information - expected) / (mean - expected) };
}

/**
 * Computes the share of items that are of the commonest class of their cluster.
 *
 * @param clusters labels `[items]`
 * @param classes labels `[items]`
 */
export function purity(clusters: ArrayLike<number>, classes: ArrayLike<number>): number {
  const { total, left, overlaps } = contingencyOf(clusters, classes);
  const commonest = new Float64Array(left.length);
  for (const { left: cluster, count } of overlaps) commonest[cluster] = Math.max(commonest[cluster]!, count);
  return commonest.reduce((sum, count) => sum + count, 0) / total;
}
