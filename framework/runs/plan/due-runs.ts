import type { DueRun } from './due-run.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { changedSpec } from './changed-spec.ts';
import { selectedRuns } from './selected-runs.ts';
import { foldersOfRuns, type PlacedRun } from './folders-of-runs.ts';
import { changedInputs } from './input-changes.ts';
import type { KnownRuns } from './plan-file.ts';
import type { RunOptions } from './run-options.ts';

/** Which runs of a plan are to run, and how. */
export type DueOptions = Pick<
  RunOptions,
  'resume' | 'allowChanges' | 'fresh' | 'keep' | 'only' | 'failed' | 'workers'
> & {
  /** Runs that go on have as many threads as they began with, where the plan pins none. */
  readonly keepThreads?: boolean;
};

/**
 * Tells how each run of a plan stands, in its order. Due is what is chosen and not done: failed runs with `failed`,
 * `resume` or `fresh` alone, and with `failed` nothing but them.
 *
 * @param known the plan as far as it is known by what has run; @param parent the experiment's folder
 * @throws AblateError USAGE where a choice fits no run
 */
export async function dueRuns(
  { plan, staged, reached }: KnownRuns,
  parent: string,
  options: DueOptions,
): Promise<DueRun[]> {
  const selected = selectedRuns(plan, options.only);
  const placed = await foldersOfRuns(
    plan,
    parent,
    options.resume || Boolean(options.failed),
    (options.keepThreads ?? options.workers !== undefined) && !plan.pinsThreads,
  );
  return placed.map((place, index) => {
    const { id } = plan.runs[index]!;
    const told = place.summary?.status ?? 'waiting';
    const isReached = reached.has(id);
    const status = told === 'interrupted' && isReached ? 'stopped' : told;
    const wanted = selected.has(id);
    const until = staged.get(id)?.until;
    // What failed before its first step has nothing to go on from, and its cause may be gone.
    const isTriedAgain = options.resume || Boolean(options.failed) || !hasBegun(place);
    const open = !isReached && (status === 'failed' ? isTriedAgain : status !== 'finished' && !options.failed);
    const again = options.fresh && (!options.failed || status === 'failed');
    return {
      ...place,
      status,
      selected: wanted,
      due: wanted && (open || again),
      inputs: [],
      ...(until !== undefined && until < place.run.spec.train.epochs && { until }),
    };
  });
}

/** Tells whether a run took a step, so that there may be something to go on from. */
const hasBegun = ({ summary }: Pick<PlacedRun, 'summary'>): boolean =>
  summary !== undefined && (summary.status !== 'failed' || summary.steps > 0);

/**
 * Refuses due runs that cannot simply start.
 *
 * @throws AblateError RUN_FOLDER where one is interrupted and neither `resume` nor `fresh` says what to do, or its spec
 * has changed without `allowChanges`, or one is done and what it was made of has changed since without `keep`
 */
export function refuseUnready(
  runs: readonly DueRun[],
  { resume, fresh, failed, allowChanges, keep }: DueOptions,
): void {
  const due = runs.filter((run) => run.due);
  const stopped = due
    .filter((run) => run.status !== 'waiting' && run.status !== 'finished' && hasBegun(run))
    .map(({ folder }) => folder.directory);
  if (stopped.length > 0 && !resume && !fresh && !failed) {
    throw new AblateError(
      'RUN_FOLDER',
      `${stopped.length === 1 ? 'A run is' : `${stopped.length} runs are`} not finished: ${stopped.join(', ')}.`,
      { remedy: 'Add --resume to go on, or --fresh to start over.' },
    );
  }
  const outdated = runs.filter(({ selected, due: isDue, inputs }) => selected && !isDue && inputs.length > 0);
  if (outdated.length > 0 && !keep) throw changedInputs(outdated);
  const changed = due.find(({ changes }) => changes.length > 0);
  if (changed && !allowChanges) throw changedSpec(changed.folder, changed.changes);
}
