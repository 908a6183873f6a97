import { lackOf, pairKey, type ComparableGroup, type ComparableRun } from '../../runs/comparison/comparability.ts';
import { countRuns, groupMean, overlapAmong, type RunCount } from '../../figures/group-mean.ts';
import { foldsAmong } from '../../experiment/spec/run-fold.ts';
import { comparePairs, type PairComparison } from '../../math/statistics/compare-pairs.ts';
import type { MeanWithInterval } from '../../math/statistics/interval-of-mean.ts';

/** Two groups compared on the runs that both have a result of. */
export interface GroupPair extends PairComparison {
  /** Pairs that there would be if no run were missing. */
  readonly expected: number;
}

/** A group's mean of one metric. */
interface MeasuredGroup extends MeanWithInterval, RunCount {
  readonly name: string;
  /** Runs that there would be if none were missing: those planned, and what pairs with those of other groups. */
  readonly expected: number;
}

/** Groups tested against each other by one metric. */
export interface GroupComparison {
  /** Folds of the split; 0 where the runs have no folds. */
  readonly folds: number;
  /** What the tests are corrected by. */
  readonly overlap: number;
  /** In the order of what was given, without those of which no run has the metric. */
  readonly groups: readonly MeasuredGroup[];
  /** Each group with each. */
  readonly pairs: readonly GroupPair[];
}

/**
 * Matches runs by seed, fold and what else their groups vary, and tests the differences, corrected for the training
 * data that folds share.
 */
export function compareGroups(groups: readonly ComparableGroup[], metric: string): GroupComparison {
  const measured = groups
    .map(({ name, runs }) => ({
      name,
      runs: runs.filter((run) => lackOf(run, metric) === undefined),
      planned: new Set(runs.map(pairKey)),
    }))
    .filter(({ runs }) => runs.length > 0);
  const all = measured.flatMap(({ runs }) => runs);
  const overlap = overlapAmong(all);
  const every = new Set(measured.flatMap(({ planned }) => [...planned]));
  const means = measured.map(({ name, runs }) => ({
    name,
    ...countRuns(runs),
    ...groupMean(runs, ({ metrics }) => metrics[metric]),
    expected: every.size,
  }));
  const values = (runs: readonly ComparableRun[]): Map<string, number> =>
    new Map(runs.map((run) => [pairKey(run), run.metrics[metric]!]));
  const pairs = comparePairs(
    measured.map(({ name, runs }) => ({ name, values: values(runs) })),
    overlap,
  );
  const plannedOf = (name: string): ReadonlySet<string> => measured.find((group) => group.name === name)!.planned;
  return {
    folds: foldsAmong(all),
    overlap,
    groups: means,
    pairs: pairs.map((pair) => ({
      ...pair,
      expected: new Set([...plannedOf(pair.first), ...plannedOf(pair.second)]).size,
    })),
  };
}
