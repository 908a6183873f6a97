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

/** Pairs up to which the distribution is counted out instead of approximated. */
const mostCounted = 50;

/**
 * Wilcoxon's signed rank test of paired differences (Biometrics Bulletin 1, 1945). Zeros are left out, ties get their mean rank; the
 * distribution of the ranks' sum is exact for up to 50 pairs, ties or not, else normal with the variance that ties leave.
 */
export function wilcoxon(differences: readonly number[]): Wilcoxon {
  const kept = differences.filter((difference) => difference !== 0);
  const pairs = kept.length;
  if (pairs === 0) return { statistic: 0, p: NaN, pairs };
  // Twice the ranks are whole numbers, ties or not.
  const doubled = doubledRanks(kept.map(Math.abs));
  const positive = doubled.reduce((sum, rank, index) => sum + (kept[index]! > 0 ? rank : 0), 0);
  const least = Math.min(positive, pairs * (pairs + 1) - positive);
  return { statistic: least / 2, p: Math.min(1, 2 * (pairs <= mostCounted ? counted(doubled, least) : approximated(doubled, least))), pairs };
}

function doubledRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => sorted.indexOf(value) + 1 + (sorted.lastIndexOf(value) + 1));
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
