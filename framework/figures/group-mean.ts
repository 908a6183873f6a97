import { intervalOfMean, type MeanWithInterval } from '../math/statistics/interval-of-mean.ts';
import { overlapOf } from '../experiment/spec/fold-path.ts';
import { foldsAmong, type RunFold } from '../experiment/spec/run-fold.ts';

/** What a run counts for in its group's mean. */
export interface CountedRun {
  readonly seed: number;
  readonly fold?: RunFold | undefined;
}

/** How many runs a mean is of, by what they are. */
export interface RunCount {
  readonly runs: number;
  readonly seeds: number;
  /** Folds that there are runs of; 0 where they are of none, or all of one. */
  readonly folds: number;
  /** Folds of their split; 0 as above. */
  readonly ofFolds: number;
}

/** Counts runs, their seeds and their folds. */
export function countRuns(runs: readonly CountedRun[]): RunCount {
  const ofFolds = foldsAmong(runs);
  const folds = ofFolds > 0 ? new Set(runs.map(({ fold }) => fold?.index)).size : 0;
  return { runs: runs.length, seeds: new Set(runs.map(({ seed }) => seed)).size, folds, ofFolds };
}

/** Says a count in words: `3 seeds`, `2 seeds × 3 folds`, `2 seeds × 2 of 5 folds`. */
export function countWords({ seeds, folds, ofFolds }: Pick<RunCount, 'seeds' | 'folds' | 'ofFolds'>): string {
  const bySeed = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;
  return ofFolds > 0 ? `${bySeed} × ${folds < ofFolds ? `${folds} of ` : ''}${ofFolds} folds` : bySeed;
}

/**
 * Computes what a mean over some runs is widened by: the training data that the folds of their split share, however
 * many of these there are runs of.
 */
export function overlapAmong(runs: readonly Pick<CountedRun, 'fold'>[]): number {
  return overlapOf(foldsAmong(runs));
}

/**
 * Averages a number over the runs of a group, with its 95 % interval; runs without a finite value do not count. All
 * tables take their means and half-widths from here.
 */
export function groupMean<Run extends CountedRun>(
  runs: readonly Run[],
  valueOf: (run: Run) => number | undefined,
): MeanWithInterval {
  const measured = runs.filter((run) => Number.isFinite(valueOf(run)));
  return intervalOfMean(
    measured.map((run) => valueOf(run)!),
    overlapAmong(measured),
  );
}
