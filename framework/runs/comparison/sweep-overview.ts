import { join } from 'node:path';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import { readPlanFile } from '../plan/plan-file.ts';
import { comparedGroups, withoutSeed } from './comparison.ts';

/** Runs of an experiment that differ in nothing but their seed and fold, as a tracker shows them. */
export interface SweepGroup {
  /** What they share: their label without seed and fold; empty where they differ in nothing else. */
  readonly name: string;
  /** When the last of those that finished ended, in milliseconds since 1970. */
  readonly ended: number;
  /** Metric → mean over those that finished, as in every table; finite ones alone. */
  readonly means: Readonly<Record<string, number>>;
}

/** An experiment as a whole. */
export interface SweepOverview {
  /** Groups of which a run has finished, without the trials of a search. */
  readonly groups: readonly SweepGroup[];
  /** Paths of the spec in which its runs differ, planned ones included. */
  readonly varying: ReadonlySet<string>;
}

/**
 * Averages an experiment's runs by what distinguishes them, for trackers that show a sweep as one.
 *
 * @param directory the experiment's folder
 * @param summaries of the runs in it
 */
export async function sweepOverview(directory: string, summaries: readonly RunSummary[]): Promise<SweepOverview> {
  const planned = (await readPlanFile(directory).catch(() => undefined))?.runs ?? [];
  const trials = new Set(planned.flatMap(({ id, purpose }) => (purpose === 'search' ? [id] : [])));
  const outcomes = summaries
    .filter(({ id }) => !trials.has(id))
    .map(({ id, label, name, status, ...rest }) => ({
      ...rest,
      id,
      name: label || name,
      dir: join(directory, id),
      status: status === 'running' ? ('interrupted' as const) : status,
    }));
  const endOf = new Map(summaries.map(({ id, ended }) => [id, ended === null ? 0 : Date.parse(ended)]));
  return {
    groups: comparedGroups(outcomes).map(({ runs, metrics }) => ({
      name: withoutSeed(runs[0]!.name),
      ended: Math.max(...runs.map(({ id }) => endOf.get(id)!)),
      means: Object.fromEntries(
        Object.entries(metrics).flatMap(([name, { mean }]) => (Number.isFinite(mean) ? [[name, mean]] : [])),
      ),
    })),
    varying: new Set([...planned, ...summaries].flatMap(({ point }) => Object.keys(point))),
  };
}
