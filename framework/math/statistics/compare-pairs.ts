import { bayesianComparison } from './bayesian-comparison.ts';
import { holm } from './holm.ts';
import { pairedTest, spread, type PairedTest } from './paired-test.ts';
import { pairsNeeded, significance } from './pairs-needed.ts';
import { wilcoxon } from './wilcoxon.ts';

/** Two groups of runs compared on what they share: the same seeds and folds. */
export interface PairComparison extends PairedTest {
  readonly first: string;
  readonly second: string;
  /** Holm's adjustment of `p` over all comparisons made together. */
  readonly adjusted: number;
  /** Whether `adjusted` is below 0.05. */
  readonly significant: boolean;
  /** Two-sided p of Wilcoxon's signed rank test, unadjusted; it takes pairs for independent. */
  readonly wilcoxon: number;
  /** Mean difference over its standard deviation (Cohen's d of differences). */
  readonly effect: number;
  /** Probability that the first is better, by the Bayesian correlated t test; 1 − it that the second is. */
  readonly better: number;
  /**
   * Pairs with which such differences would be significant beside the other tests; undefined where no number would do.
   */
  readonly needed: number | undefined;
}

/** A group's values by what pairs them (seed, or seed and fold). */
export interface PairedGroup {
  readonly name: string;
  readonly values: ReadonlyMap<string, number>;
}

/**
 * Compares each group with each other, first − second, on the keys that both have.
 *
 * @param overlap as in `pairedTest`: 1 / (folds − 1), or 0 without folds
 */
export function comparePairs(groups: readonly PairedGroup[], overlap = 0): PairComparison[] {
  const couples = groups.flatMap((first, index) => groups.slice(index + 1).map((second) => [first, second] as const));
  const tested = couples.map(([first, second]) => {
    const differences = [...first.values].flatMap(([key, value]) => {
      const difference = value - (second.values.get(key) ?? NaN);
      return Number.isNaN(difference) ? [] : [difference];
    });
    return { first: first.name, second: second.name, differences, test: pairedTest(differences, overlap) };
  });
  const adjusted = holm(tested.map(({ test }) => test.p));
  return tested.map(({ first, second, differences, test }, index) => {
    // A difference that does not vary has nothing to be weighed against, by whatever test.
    const isConstant = differences.length > 1 && spread(differences) === 0;
    return {
      first,
      second,
      ...test,
      ...(isConstant && test.mean !== 0 && { t: NaN }),
      adjusted: adjusted[index]!,
      significant: adjusted[index]! < significance,
      wilcoxon: isConstant ? NaN : wilcoxon(differences).p,
      effect: differences.length > 1 && !isConstant ? test.mean / spread(differences) : NaN,
      better: isConstant && test.mean !== 0 ? NaN : bayesianComparison(differences, overlap).better,
      needed: isConstant
        ? undefined
        : pairsNeeded(
            differences,
            overlap,
            tested.filter((_, other) => other !== index).map((one) => one.test.p),
          ),
    };
  });
}
