import jstat from 'jstat';
import { mean } from 'simple-statistics';
import type { Random } from '../random/random.ts';

/** How an interval of a mean is drawn. */
export interface BootstrapIntervalOptions {
  readonly replicates: number;
  readonly random: Pick<Random, 'integer'>;
  /** `bca`: corrected for bias and skew (Efron, JASA 82, 1987); `percentile` without. */
  readonly method: 'bca' | 'percentile';
}

/**
 * 95 % bootstrap interval of the mean of independent values, drawn with replacement.
 *
 * @returns NaN for fewer than two values, and by `bca` for values that are all the same
 */
export function bootstrapInterval(values: readonly number[], { replicates, random, method }: BootstrapIntervalOptions): readonly [low: number, high: number] {
  const count = values.length;
  if (count < 2) return [NaN, NaN];
  const means = Array.from({ length: replicates }, () => mean(Array.from({ length: count }, () => values[random.integer(count)]!))).sort((a, b) => a - b);
  const shares = method === 'bca' ? correctedShares(values, means) : [0.025, 0.975];
  return [interpolated(means, shares[0]!), interpolated(means, shares[1]!)];
}

function correctedShares(values: readonly number[], means: readonly number[]): number[] {
  const { normal } = jstat.jStat;
  const average = mean([...values]);
  const below = means.filter((one) => one < average).length;
  const same = means.filter((one) => one === average).length;
  const bias = normal.inv((below + same / 2) / means.length, 0, 1);
  // Of a mean, leaving one value out moves it against that value's distance from the mean.
  const cubes = values.reduce((sum, value) => sum + (value - average) ** 3, 0);
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const acceleration = cubes / (6 * squares ** 1.5);
  return [0.025, 0.975].map((share) => {
    const shifted = bias + normal.inv(share, 0, 1);
    return normal.cdf(bias + shifted / (1 - acceleration * shifted), 0, 1);
  });
}

/** Between the two nearest, as NumPy does by default. */
function interpolated(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}
