import { intervalOfMean, type MeanWithInterval } from '../../math/statistics/interval-of-mean.ts';
import type { ComparableRun } from './comparability.ts';
import type { ConcatenatedFolds } from './concatenated-file.ts';
import { isFoldPath } from '../../experiment/spec/fold-path.ts';
import { countRuns, groupMean, type RunCount } from '../../figures/group-mean.ts';
import type { RunOutcome } from '../plan/run-outcome.ts';

/** Runs that differ in nothing but their seed and fold. */
export interface ComparedGroup {
  /** What the group's runs share: their name without seed and fold. */
  readonly name: string;
  /** Those that finished. */
  readonly runs: readonly RunOutcome[];
  /** Those that did not. */
  readonly missing: readonly RunOutcome[];
  /** Of those that finished. */
  readonly count: RunCount;
  /** Metric → mean over the seeds and folds. */
  readonly metrics: Readonly<Record<string, MeanWithInterval>>;
}

/** Leaves seed and fold out of a run's name, wherever they stand in it; empty where it has no other words. */
export function withoutSeed(name: string): string {
  return name
    .split(' · ')
    .filter((word) => !/^(?:fold|seed) \S+$/.test(word))
    .join(' · ');
}

/** Metrics of fold models that were evaluated as one, a value a seed: `concatenated/MAP@R`. */
export const concatenatedPrefix = 'concatenated/';

/**
 * Groups runs by all of their point but seed and fold, in the plan's order; groups of which none finished are left out.
 *
 * @param joined fold models that were evaluated as one, a seed each
 */
export function comparedGroups(
  outcomes: readonly RunOutcome[],
  joined: readonly Pick<ConcatenatedFolds, 'point' | 'metrics'>[] = [],
): ComparedGroup[] {
  return [...groupsOf(outcomes)].flatMap(([key, all]) => {
    const runs = all.filter(({ status }) => status === 'finished');
    if (runs.length === 0) return [];
    const names = new Set(runs.flatMap((run) => Object.keys(run.metrics)));
    const metrics = Object.fromEntries(
      [...names].map((metric) => [metric, groupMean(runs, (run) => run.metrics[metric])]),
    );
    const together = joined.filter(({ point }) => keyOf(point) === key);
    for (const metric of Object.keys(together[0]?.metrics ?? {}))
      metrics[`${concatenatedPrefix}${metric}`] = intervalOfMean(together.flatMap((one) => one.metrics[metric] ?? []));
    return [
      { name: nameOf(all), runs, missing: all.filter((run) => !runs.includes(run)), count: countRuns(runs), metrics },
    ];
  });
}

/** Groups runs as `comparedGroups` does, with those that did not finish. */
export function comparableGroups<Run>(
  outcomes: readonly RunOutcome[],
  with_: (outcome: RunOutcome) => Run,
): { readonly name: string; readonly runs: readonly (ComparableRun & Run)[] }[] {
  return [...groupsOf(outcomes).values()].map((all) => ({
    name: nameOf(all),
    runs: all.map((run) => ({
      seed: run.seed,
      fold: run.fold,
      metrics: run.status === 'finished' ? run.metrics : {},
      lack: run.status === 'finished' ? undefined : run.status,
      place: run.dir,
      ...with_(run),
    })),
  }));
}

const nameOf = ([first]: readonly RunOutcome[]): string => withoutSeed(first!.name) || 'all seeds';
const keyOf = (point: RunOutcome['point']): string =>
  JSON.stringify(Object.entries(point).filter(([path]) => path !== 'seed' && !isFoldPath(path)));

function groupsOf(outcomes: readonly RunOutcome[]): Map<string, RunOutcome[]> {
  const groups = new Map<string, RunOutcome[]>();
  for (const outcome of outcomes) {
    const key = keyOf(outcome.point);
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return groups;
}
