import { overlapOf } from '../run/fold-path.ts';
import { foldsAmong, type RunFold } from '../run/run-fold.ts';
import { comparePairs, type PairComparison, type PairedGroup } from '../statistics/compare-pairs.ts';

/** A run with what pairs it with one of another group. */
export interface PairedRun {
  readonly seed: number;
  readonly fold?: RunFold | undefined;
  /** What else its group varies, by path. */
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Runs that are compared as one. */
export interface RunGroup {
  readonly name: string;
  readonly runs: readonly PairedRun[];
}

/** Groups tested against each other by one metric. */
export interface GroupComparison {
  /** 0 where the runs have no folds. */
  readonly folds: number;
  /** What the tests are corrected by. */
  readonly overlap: number;
  /** In the order of what was given, without the runs that lack the metric. */
  readonly groups: readonly PairedGroup[];
  /** Each group with each. */
  readonly pairs: readonly PairComparison[];
}

/** Pairs runs by seed, fold and what else their groups vary, and tests the differences, corrected for the training data that folds share. */
export function compareGroups(groups: readonly RunGroup[], metric: string): GroupComparison {
  const measured = groups.map(({ name, runs }) => ({ name, runs: runs.filter(({ metrics }) => Number.isFinite(metrics[metric])) }));
  const folds = foldsAmong(measured.flatMap(({ runs }) => runs));
  const overlap = overlapOf(folds);
  const keyOf = ({ seed, fold, beside = {} }: PairedRun): string => JSON.stringify([seed, fold?.index, beside]);
  const paired = measured.map(({ name, runs }) => ({ name, values: new Map(runs.map((run) => [keyOf(run), run.metrics[metric]!])) }));
  return { folds, overlap, groups: paired, pairs: comparePairs(paired, overlap) };
}
