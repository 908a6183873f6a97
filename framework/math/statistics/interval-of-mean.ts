import { pairedTest } from './paired-test.ts';

/** A mean with the half-width of its 95 % interval. */
export interface MeanWithInterval {
  readonly mean: number;
  /** Half of Student's 95 % interval; NaN for a single value. */
  readonly halfWidth: number;
  readonly count: number;
}

/**
 * Computes the mean of values (one a seed, or one a seed and fold) with Student's 95 % interval, n − 1 degrees of
 * freedom.
 *
 * @param overlap as in `pairedTest`, where values of folds that share training data are among them
 */
export function intervalOfMean(values: readonly number[], overlap = 0): MeanWithInterval {
  const { mean, halfWidth } = pairedTest(values, overlap);
  return { mean, halfWidth, count: values.length };
}
