import type { RunCount } from '../../figures/group-mean.ts';
import { minPairsOfWilcoxon } from '../../math/statistics/pairs-needed.ts';
import type { GroupPair } from './compare-groups.ts';

/** What a comparison was made of. */
export interface Compared extends Pick<RunCount, 'seeds' | 'folds' | 'ofFolds'> {
  /** Whether all were made on the same data and split. */
  readonly isSameData: boolean;
  /** Paths beside seed and fold that pair the runs too, with how many values each has. */
  readonly crossed: readonly { readonly path: string; readonly values: number }[];
  readonly pairs: readonly GroupPair[];
}

/**
 * Lists what to know before believing a comparison: what the tests take into account, and what so few seeds cannot
 * show.
 */
export function comparisonNotes({ seeds, folds, ofFolds, isSameData, crossed, pairs }: Compared): string[] {
  if (pairs.length === 0) return ['There is one group alone, and nothing to compare it with.'];
  const comparisons = pairs.filter(({ p }) => !Number.isNaN(p)).length;
  const fewest = Math.min(...pairs.map((pair) => pair.pairs));
  const bySeed = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;
  const onFolds = `on ${folds < ofFolds ? `${folds} of ` : ''}${ofFolds} folds`;
  const combinations = crossed.reduce((product, { values }) => product * values, 1);
  const perSeed = Math.max(1, folds) * combinations;
  const asSeeds = (count: number): string => {
    if (perSeed === 1) return `${count} seeds`;
    const where = [
      ...(ofFolds > 0 ? [onFolds] : []),
      ...(combinations > 1
        ? [
            `with ${combinations} ${crossed.length === 1 ? `values of ${crossed[0]!.path}` : 'combinations of the other axes'}`,
          ]
        : []),
    ];
    return `${count} pairs (${Math.ceil(count / perSeed)} seeds ${where.join(', ')})`;
  };
  const notes = [
    ofFolds > 0
      ? `${bySeed} ${onFolds}, which share training data: variance (1/n + 1/${ofFolds - 1}) s², after Nadeau and Bengio.`
      : isSameData
        ? `${bySeed} on one training set: what is found holds for other seeds, not for other data.`
        : `${bySeed}, and not one training set: a difference may be that of the data.`,
  ];
  if (combinations > 1)
    notes.push(
      `A seed has up to ${combinations} pairs, one for each ${crossed.map(({ path }) => path).join(' and ')}: the tests take them for independent, and pairs of one seed are not, so that p may be too small. A comparison at one value alone has no such pairs.`,
    );
  if (fewest < 2)
    return [
      ...notes,
      'A pair of runs cannot be tested: at least 2 seeds, or 2 folds, are needed that all groups share.',
    ];
  const least = minPairsOfWilcoxon(comparisons);
  if (fewest < least)
    notes.push(
      `Wilcoxon's test cannot reach p < 0.05 with ${fewest} pairs and ${comparisons} ${comparisons === 1 ? 'comparison' : 'comparisons'}, whatever they show: ${asSeeds(least)} would do.`,
    );
  const partial = pairs.filter(({ pairs: count, expected, significant }) => significant && count < expected);
  for (const { first, second, pairs: count, expected } of partial)
    notes.push(
      `${first} − ${second} is significant on ${count} of ${expected} pairs alone; nothing is known of the others.`,
    );
  const open = pairs.filter(({ significant, p }) => !significant && !Number.isNaN(p));
  if (open.length > 0)
    notes.push(
      `${open.length} of ${pairs.length} differences are not significant after Holm's correction; that does not show them to be none.`,
    );
  for (const { first, second, needed } of open) {
    if (needed !== undefined)
      notes.push(`${first} − ${second} would be significant with ${asSeeds(needed)}, if it stayed as it is.`);
  }
  const never = open.filter(({ needed }) => needed === undefined).map(({ first, second }) => `${first} − ${second}`);
  if (never.length > 0)
    notes.push(
      `No number of seeds would make these significant, as they are${ofFolds > 0 ? ' and with these folds' : ''}: ${never.join('; ')}.`,
    );
  const alike = pairs.filter(({ p }) => Number.isNaN(p)).map(({ first, second }) => `${first} − ${second}`);
  if (alike.length > 0)
    notes.push(`Every pair differs by the same amount, which no test can weigh: ${alike.join('; ')}.`);
  return notes;
}
