import { intervalOfMean, type MeanWithInterval } from '../statistics/interval-of-mean.ts';
import { isFoldPath, overlapOf } from './fold-path.ts';
import type { ConcatenatedFolds } from './concatenated-file.ts';
import type { RunOutcome } from './run-outcome.ts';

/** Runs that differ in nothing but their seed and fold. */
export interface ComparedGroup {
  /** What the group's runs share: their name without seed and fold. */
  readonly name: string;
  readonly runs: readonly RunOutcome[];
  /** Metric → mean over the seeds and folds. */
  readonly metrics: Readonly<Record<string, MeanWithInterval>>;
}

const seedInName = /(^| · )(?:fold|seed) \S+(?=$| · (?:fold|seed) )/g;

/** A run's name without its seed and fold; empty where it has no other words. */
export function withoutSeed(name: string): string {
  return name.replace(seedInName, '');
}

/** Metrics of fold models that were evaluated as one, a value a seed: `concatenated/MAP@R`. */
export const concatenatedPrefix = 'concatenated/';

/**
 * Finished runs grouped by all of their point but seed and fold, in the plan's order.
 *
 * @param joined fold models that were evaluated as one, a seed each
 */
export function compareRuns(outcomes: readonly RunOutcome[], joined: readonly Pick<ConcatenatedFolds, 'point' | 'metrics'>[] = []): ComparedGroup[] {
  const keyOf = (point: RunOutcome['point']): string => JSON.stringify(Object.entries(point).filter(([path]) => path !== 'seed' && !isFoldPath(path)));
  const groups = new Map<string, RunOutcome[]>();
  for (const outcome of outcomes.filter(({ status }) => status === 'finished')) {
    const key = keyOf(outcome.point);
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups].map(([key, runs]) => {
    const folds = new Set(runs.flatMap(({ point }) => Object.entries(point).filter(([path]) => isFoldPath(path)).map(([, fold]) => fold)));
    const overlap = overlapOf(folds.size);
    const metrics = Object.fromEntries(Object.keys(runs[0]!.metrics).map((metric) => [metric, intervalOfMean(runs.map((run) => run.metrics[metric] ?? NaN), overlap)]));
    const together = joined.filter(({ point }) => keyOf(point) === key);
    for (const metric of Object.keys(together[0]?.metrics ?? {})) metrics[`${concatenatedPrefix}${metric}`] = intervalOfMean(together.map((one) => one.metrics[metric] ?? NaN));
    return { name: withoutSeed(runs[0]!.name) || 'all seeds', runs, metrics };
  });
}
