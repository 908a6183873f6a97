import { holm } from './holm.ts';
import { spread } from './paired-test.ts';
import { studentTails } from './student.ts';

/** Level of significance. */
export const significance = 0.05;
/** More pairs than anybody trains. */
const most = 10_000;

/**
 * Counts the pairs below which Wilcoxon's test cannot become significant, whatever they show: 2 / 2ⁿ is its least p.
 *
 * @param comparisons tests among which Holm's adjustment is made
 */
export function minPairsOfWilcoxon(comparisons = 1): number {
  return Math.ceil(1 + Math.log2(comparisons / significance));
}

/**
 * Finds the number of pairs with which differences like these would be significant, were they to stay as they are on
 * average, and the tests made together with theirs as they stand.
 *
 * @param overlap as in `pairedTest`; with it there are differences that no number of pairs makes significant
 * @param others p of each other test among which Holm's adjustment is made; NaN for what could not be tested
 * @returns undefined where no number would do, and where all differences are the same
 */
export function pairsNeeded(
  differences: readonly number[],
  overlap = 0,
  others: readonly number[] = [],
): number | undefined {
  if (differences.length < 2) return undefined;
  const deviation = spread(differences);
  const effect = Math.abs(differences.reduce((sum, value) => sum + value, 0) / differences.length) / deviation;
  if (!(deviation > 0 && effect > 0)) return undefined;
  const significant = (pairs: number): boolean => {
    const p = studentTails(effect / Math.sqrt(1 / pairs + overlap), pairs - 1);
    return holm([p, ...others])[0]! < significance;
  };
  if (!significant(most)) return undefined;
  let [low, high] = [1, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (significant(middle)) high = middle;
    else low = middle;
  }
  return high;
}
