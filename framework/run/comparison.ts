import { intervalOfMean, type MeanWithInterval } from '../statistics/interval-of-mean.ts';
import type { RunOutcome } from './run-outcome.ts';

/** Runs that differ in nothing but their seed. */
export interface ComparedGroup {
  /** What the group's runs share: their name without the seed. */
  readonly name: string;
  readonly runs: readonly RunOutcome[];
  /** Metric → mean over the seeds. */
  readonly metrics: Readonly<Record<string, MeanWithInterval>>;
}

const seedInName = /(^| · )seed \S+$/;

/** Finished runs grouped by all of their point but the seed, in the plan's order. */
export function compareRuns(outcomes: readonly RunOutcome[]): ComparedGroup[] {
  const groups = new Map<string, RunOutcome[]>();
  for (const outcome of outcomes.filter(({ status }) => status === 'finished')) {
    const key = JSON.stringify(Object.entries(outcome.point).filter(([path]) => path !== 'seed'));
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups.values()].map((runs) => {
    const metrics = Object.fromEntries(Object.keys(runs[0]!.metrics).map((metric) => [metric, intervalOfMean(runs.map((run) => run.metrics[metric] ?? NaN))]));
    return { name: runs[0]!.name.replace(seedInName, '') || 'all seeds', runs, metrics };
  });
}
