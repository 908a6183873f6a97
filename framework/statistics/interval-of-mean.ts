import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';

/** A mean with the half-width of its 95 % interval. */
export interface MeanWithInterval {
  readonly mean: number;
  /** Half of Student's 95 % interval; NaN for a single value. */
  readonly halfWidth: number;
  readonly count: number;
}

/** Mean of independent values (one a seed) with Student's 95 % interval, n − 1 degrees of freedom. */
export function intervalOfMean(values: readonly number[]): MeanWithInterval {
  const count = values.length;
  if (count < 2) return { mean: values[0] ?? NaN, halfWidth: NaN, count };
  const quantile = jstat.jStat.studentt.inv(0.975, count - 1);
  return { mean: mean([...values]), halfWidth: (quantile * sampleStandardDeviation([...values])) / Math.sqrt(count), count };
}
