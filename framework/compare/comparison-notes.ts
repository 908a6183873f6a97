import type { PairComparison } from '../statistics/compare-pairs.ts';
import { leastPairsOfWilcoxon } from '../statistics/pairs-needed.ts';

/** What a comparison was made of. */
export interface Compared {
  readonly seeds: number;
  /** 0 where there are none. */
  readonly folds: number;
  readonly pairs: readonly PairComparison[];
}

/** What to know before believing a comparison: what the tests take into account, and what so few seeds cannot show. */
export function comparisonNotes({ seeds, folds, pairs }: Compared): string[] {
  if (pairs.length === 0) return ['There is one group alone, and nothing to compare it with.'];
  const comparisons = pairs.filter(({ p }) => !Number.isNaN(p)).length;
  const fewest = Math.min(...pairs.map((pair) => pair.pairs));
  const asSeeds = (count: number): string => (folds > 0 ? `${count} pairs (${Math.ceil(count / folds)} seeds on ${folds} folds)` : `${count} seeds`);
  const notes = [
    folds > 0
      ? `${seeds} ${seeds === 1 ? 'seed' : 'seeds'} on ${folds} folds, which share training data: variance (1/n + 1/${folds - 1}) s², after Nadeau and Bengio.`
      : `${seeds} ${seeds === 1 ? 'seed' : 'seeds'} on one training set: what is found holds for other seeds, not for other data.`,
  ];
  if (fewest < 2) return [...notes, 'A pair of runs cannot be tested: at least 2 seeds, or 2 folds, are needed that all groups share.'];
  const least = leastPairsOfWilcoxon(comparisons);
  if (fewest < least) notes.push(`Wilcoxon's test cannot reach p < 0.05 with ${fewest} pairs and ${comparisons} ${comparisons === 1 ? 'comparison' : 'comparisons'}, whatever they show: ${asSeeds(least)} would do.`);
  const open = pairs.filter(({ significant, p }) => !significant && !Number.isNaN(p));
  if (open.length > 0) notes.push(`${open.length} of ${pairs.length} differences are not significant after Holm's correction; that does not show them to be none.`);
  for (const { first, second, needed } of open) {
    if (needed !== undefined) notes.push(`${first} − ${second} would be significant with ${asSeeds(needed)}, if it stayed as it is.`);
  }
  const never = open.filter(({ needed }) => needed === undefined).map(({ first, second }) => `${first} − ${second}`);
  if (never.length > 0) notes.push(`No number of seeds would make these significant, as they are${folds > 0 ? ' and with these folds' : ''}: ${never.join('; ')}.`);
  const alike = pairs.filter(({ p }) => Number.isNaN(p)).map(({ first, second }) => `${first} − ${second}`);
  if (alike.length > 0) notes.push(`Every pair differs by the same amount, which no test can weigh: ${alike.join('; ')}.`);
  return notes;
}
