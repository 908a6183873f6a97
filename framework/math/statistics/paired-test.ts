import { mean, sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile, studentTails } from './student.ts';

/** A paired t test of differences. */
export interface PairedTest {
  readonly pairs: number;
  /** Mean difference. */
  readonly mean: number;
  readonly standardError: number;
  /** Half of the 95 % interval of the mean difference; NaN for a single pair. */
  readonly halfWidth: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Two-sided; NaN where nothing can be tested: one pair, or differences that do not vary and are not 0. */
  readonly p: number;
}

/**
 * Computes Student's paired t test, or the corrected resampled one (Nadeau and Bengio, "Inference for the
 * Generalization Error", Machine Learning 52, 2003; for repeated folds Bouckaert and Frank, PAKDD 2004, section 3.3),
 * whose variance is (1/n + `overlap`) s²: folds share training data, so that their results are not independent.
 *
 * @param differences one a pair: the same seed and fold
 * @param overlap images held out of a fold's training over those in it, 1 / (folds − 1); 0 where pairs are independent
 */
export function pairedTest(differences: readonly number[], overlap = 0): PairedTest {
  const pairs = differences.length;
  const average = pairs > 0 ? mean([...differences]) : NaN;
  if (pairs < 2)
    return { pairs, mean: average, standardError: NaN, halfWidth: NaN, t: NaN, degreesOfFreedom: 0, p: NaN };
  const degreesOfFreedom = pairs - 1;
  const standardError = spread(differences) * Math.sqrt(1 / pairs + overlap);
  const t = average / standardError;
  const p = standardError > 0 ? studentTails(t, degreesOfFreedom) : average === 0 ? 1 : NaN;
  return {
    pairs,
    mean: average,
    standardError,
    halfWidth: standardError * studentQuantile(0.975, degreesOfFreedom),
    t,
    degreesOfFreedom,
    p,
  };
}

/** Computes the sample's standard deviation; 0 for values that differ by rounding alone. */
export function spread(values: readonly number[]): number {
  const deviation = sampleStandardDeviation([...values]);
  return deviation <= 1e-12 * Math.max(...values.map(Math.abs)) ? 0 : deviation;
}
