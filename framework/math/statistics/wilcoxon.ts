import jstat from 'jstat';

/** Wilcoxon's signed rank test. */
export interface Wilcoxon {
  /** The smaller of the two sums of ranks. */
  readonly statistic: number;
  /** Two-sided; NaN where every difference is 0. */
  readonly p: number;
  /** Differences that are not 0. */
  readonly pairs: number;
}

/**
 * Share of the largest difference below which two of them are apart by the rounding of floating-point numbers alone.
 */
const roundOff = 1e-10;
/** Pairs up to which the distribution is counted out instead of approximated. */
const maxCounted = 50;

/**
 * Tests paired differences by Wilcoxon's signed ranks (Biometrics Bulletin 1, 1945). Zeros are left out, ties get their
 * mean rank, and what differs by round-off alone (0.3 − 0.2 and 0.2 − 0.1) is a tie; the distribution of the ranks' sum
 * is exact for up to 50 pairs, ties or not, else normal with the variance that ties leave.
 */
export function wilcoxon(differences: readonly number[]): Wilcoxon {
  const near = roundOff * differences.reduce((most, difference) => Math.max(most, Math.abs(difference)), 0);
  const kept = differences.filter((difference) => Math.abs(difference) > near);
  const pairs = kept.length;
  if (pairs === 0) return { statistic: 0, p: NaN, pairs };
  // Twice the ranks are whole numbers, ties or not.
  const doubled = doubledRanks(kept.map(Math.abs), near);
  const positive = doubled.reduce((sum, rank, index) => sum + (kept[index]! > 0 ? rank : 0), 0);
  const least = Math.min(positive, pairs * (pairs + 1) - positive);
  return {
    statistic: least / 2,
    p: Math.min(1, 2 * (pairs <= maxCounted ? counted(doubled, least) : approximated(doubled, least))),
    pairs,
  };
}

/** @param near distance up to which neighbors are ties */
function doubledRanks(values: readonly number[], near: number): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let first = 0, last = 0; first < order.length; first = ++last) {
    while (last + 1 < order.length && values[order[last + 1]!]! - values[order[last]!]! <= near) last++;
    for (let place = first; place <= last; place++) ranks[order[place]!] = first + last + 2;
  }
  return ranks;
}

/** Share of all 2ⁿ choices of signs whose sum is at most `limit`. */
function counted(doubled: readonly number[], limit: number): number {
  const ways = new Float64Array(limit + 1);
  ways[0] = 1;
  for (const rank of doubled) for (let sum = limit; sum >= rank; sum--) ways[sum]! += ways[sum - rank]!;
  return ways.reduce((sum, count) => sum + count, 0) / 2 ** doubled.length;
}

function approximated(doubled: readonly number[], statistic: number): number {
  const middle = doubled.reduce((sum, rank) => sum + rank, 0) / 2;
  const variance = doubled.reduce((sum, rank) => sum + rank * rank, 0) / 4;
  return jstat.jStat.normal.cdf((statistic - middle) / Math.sqrt(variance), 0, 1);
}
