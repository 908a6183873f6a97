import { mean } from 'simple-statistics';
import { spread } from './paired-test.ts';
import { studentCdf } from './student.ts';

/** What is believed of a mean difference once the differences are known; the three add up to 1. */
export interface BayesianComparison {
  /** Probability that it is above the region of practical equivalence. */
  readonly better: number;
  /** Probability that it is within. */
  readonly equal: number;
  readonly worse: number;
}

/**
 * Computes the Bayesian correlated t test (Benavoli, Corani, Demšar and Zaffalon, "Time for a Change", JMLR 18, 2017,
 * equation 6): the mean difference is after Student's distribution around the sample's, with the variance of the
 * corrected resampled t test.
 *
 * @param overlap as in `pairedTest`
 * @param rope differences up to this much count as equal
 * @returns NaN for a single pair
 */
export function bayesianComparison(differences: readonly number[], overlap = 0, rope = 0): BayesianComparison {
  const pairs = differences.length;
  if (pairs < 2) return { better: NaN, equal: NaN, worse: NaN };
  const average = mean([...differences]);
  const scale = spread(differences) * Math.sqrt(1 / pairs + overlap);
  const below = (limit: number): number =>
    scale > 0 ? studentCdf((limit - average) / scale, pairs - 1) : average === limit ? 0.5 : Number(average < limit);
  const worse = below(-rope);
  const better = 1 - below(rope);
  return { better, equal: Math.max(0, 1 - better - worse), worse };
}
