import { RandomStreams, type Random } from 'ablate-ml';
import { comparePairs, type PairedGroup } from '../../../framework/math/statistics/compare-pairs.ts';
import { pairsNeeded } from '../../../framework/math/statistics/pairs-needed.ts';

/** Losses that are equal, trained on the same folds with the same seeds. */
export interface EqualLosses {
  readonly losses: number;
  readonly folds: number;
  readonly seeds: number;
  /**
   * Share of a result's variance, beyond what losses have in common, that comes from how a loss takes to its training
   * set: the same for every seed, and correlated between folds by the part of the training data that they share.
   */
  readonly ofTraining: number;
}

const groupsOf = ({ losses, folds, seeds, ofTraining }: EqualLosses, random: Random): PairedGroup[] => {
  const common = Array.from({ length: seeds * folds }, () => random.normal());
  return Array.from({ length: losses }, (_, loss) => {
    // A training set is every part of the data but the fold's own, and its effect the mean of its parts' effects.
    const parts = Array.from({ length: folds }, () => random.normal());
    const all = parts.reduce((sum, part) => sum + part, 0);
    const effects = parts.map((part) => (folds > 1 ? (all - part) / Math.sqrt(folds - 1) : 0));
    const values = common.map((value, index): [string, number] => {
      const [own, noise] = [effects[index % folds]!, random.normal()];
      return [String(index), value + Math.sqrt(ofTraining) * own + Math.sqrt(1 - ofTraining) * noise];
    });
    return { name: `loss ${loss}`, values: new Map(values) };
  });
};

/** Tells in which share of comparisons of equal losses any two are called significantly different. */
export function falseFindings(losses: EqualLosses, draws: number, seed: number): number {
  const random = new RandomStreams(seed).stream('false findings');
  const overlap = losses.folds > 1 ? 1 / (losses.folds - 1) : 0;
  let found = 0;
  for (let draw = 0; draw < draws; draw++) {
    if (comparePairs(groupsOf(losses, random), overlap).some(({ significant }) => significant)) found++;
  }
  return found / draws;
}

/** Differences that are there. */
export interface RealDifference {
  /** Mean of the differences over their standard deviation. */
  readonly effect: number;
  /** Pairs that were trained. */
  readonly pairs: number;
  /** Correlation of any two pairs, and the overlap that the test corrects by for it: ρ / (1 − ρ). */
  readonly correlation: number;
}

/** What "pairs needed" told, beside what is needed. */
export interface NeededPairs {
  /** Median over the draws that told a number. */
  readonly told: number;
  /** Pairs with which half of the comparisons are significant. */
  readonly needed: number;
}

/**
 * Compares what "pairs needed" tells of so many pairs with the pairs of which half the comparisons come out
 * significant.
 */
export function neededPairs({ effect, pairs, correlation }: RealDifference, draws: number, seed: number): NeededPairs {
  const random = new RandomStreams(seed).stream('pairs needed');
  const overlap = correlation / (1 - correlation);
  const differences = (count: number): number[] => {
    const shared = Math.sqrt(correlation) * random.normal();
    return Array.from({ length: count }, () => effect + shared + Math.sqrt(1 - correlation) * random.normal());
  };
  const told = Array.from({ length: draws }, () => pairsNeeded(differences(pairs), overlap) ?? Infinity).sort(
    (a, b) => a - b,
  );
  const power = (count: number): number => {
    let significant = 0;
    for (let draw = 0; draw < draws; draw++) {
      const [group] = comparePairs(
        [
          { name: 'a', values: new Map(differences(count).map((value, index) => [String(index), value])) },
          { name: 'b', values: new Map(Array.from({ length: count }, (_, index) => [String(index), 0])) },
        ],
        overlap,
      );
      if (group!.significant) significant++;
    }
    return significant / draws;
  };
  let needed = 2;
  while (power(needed) < 0.5) needed++;
  return { told: told[Math.floor(draws / 2)]!, needed };
}
