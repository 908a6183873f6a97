import { AblateError } from '../errors/ablate-error.ts';
import type { Plan } from '../spec/plan.ts';
import { changedSpec } from './changed-spec.ts';
import { chosenRuns } from './chosen-runs.ts';
import { foldersOfRuns, type PlacedRun } from './folders-of-runs.ts';
import type { RunOptions } from './run-options.ts';

/** Which runs of a plan are to run, and how. */
export type DueOptions = Pick<RunOptions, 'resume' | 'allowChanges' | 'fresh' | 'only' | 'failed' | 'workers'>;

/** A run of a plan and whether it is to run now. */
export interface DueRun extends PlacedRun {
  /** What its folder says; `waiting` where there is none. `running` also of a run whose process was killed. */
  readonly status: 'waiting' | 'running' | 'finished' | 'failed' | 'interrupted';
  /** Whether it is one of those chosen. */
  readonly chosen: boolean;
  readonly due: boolean;
}

/**
 * How each run of a plan stands, in its order. Due is what is chosen and not done: failed runs with `failed`, `resume` or `fresh` alone,
 * and with `failed` nothing but them.
 *
 * @param parent the experiment's folder
 * @throws AblateError USAGE where a choice fits no run
 */
export async function dueRuns(plan: Plan, parent: string, options: DueOptions): Promise<DueRun[]> {
  const chosen = chosenRuns(plan, options.only);
  const placed = await foldersOfRuns(plan, parent, options.resume || Boolean(options.failed), options.workers !== undefined && !plan.pinsThreads);
  return placed.map((place, index) => {
    const status = place.summary?.status ?? 'waiting';
    const wanted = chosen.has(plan.runs[index]!.id);
    const open = status === 'failed' ? options.resume || Boolean(options.failed) : status !== 'finished' && !options.failed;
    const again = options.fresh && (!options.failed || status === 'failed');
    return { ...place, status, chosen: wanted, due: wanted && (open || again) };
  });
}

/**
 * Refuses due runs that cannot simply start.
 *
 * @throws AblateError RUN_FOLDER where one is interrupted and neither `resume` nor `fresh` says what to do, or its spec has changed
 * without `allowChanges`
 */
export function refuseUnready(runs: readonly DueRun[], { resume, fresh, failed, allowChanges }: DueOptions): void {
  const due = runs.filter((run) => run.due);
  const stopped = due.filter(({ status }) => status !== 'waiting' && status !== 'finished').map(({ folder }) => folder.directory);
  if (stopped.length > 0 && !resume && !fresh && !failed) {
    throw new AblateError('RUN_FOLDER', `${stopped.length === 1 ? 'A run is' : `${stopped.length} runs are`} not finished: ${stopped.join(', ')}.`, { remedy: 'Add --resume to go on, or --fresh to start over.' });
  }
  const changed = due.find(({ changes }) => changes.length > 0);
  if (changed && !allowChanges) throw changedSpec(changed.folder, changed.changes);
}
