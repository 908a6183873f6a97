import { dirname, join } from 'node:path';
import { cacheDirectory } from '../backends/cache-directory.ts';
import type { Surroundings } from '../engine/compose.ts';
import type { Plan } from '../spec/plan.ts';
import { comparePlan } from './compare-plan.ts';
import { dueRuns, refuseUnready, type DueRun } from './due-runs.ts';
import { writePlanFile } from './plan-file.ts';
import { recordRuns } from './record-runs.ts';
import type { RunOptions } from './run-options.ts';
import { runOutcome, type RunOutcome } from './run-outcome.ts';

/** What came of a plan. */
export interface PlanReport {
  readonly outcomes: readonly RunOutcome[];
  /** Files of the figures that set the runs side by side. */
  readonly figures: readonly string[];
}

/**
 * Runs all of a plan that is not done, one run after another or in workers, then writes `comparison.md` and draws
 * the figures that compare them, unless only some runs were chosen. A failed run does not stop
 * the others.
 *
 * @throws AblateError before the first run starts: DEVICE_UNAVAILABLE, USAGE (`only` names no run), RUN_FOLDER (an interrupted run
 * without `resume` or `fresh`, or whose spec has changed without `allowChanges`)
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<PlanReport> {
  const parent = join(options.out, plan.name);
  const runs = await dueRuns(plan, parent, options);
  refuseUnready(runs, options);
  const surroundings: Surroundings = { catalogue: options.catalogue, baseDirectory: dirname(plan.file), cacheDirectory: cacheDirectory() };
  await writePlanFile(parent, plan);
  for (const line of notesOf(runs)) options.onNote(line);
  const resume = options.resume || Boolean(options.failed && !options.fresh);
  const summaries = await recordRuns(runs.filter(({ due }) => due), { plan, parent, surroundings, options: { ...options, resume } });
  const outcomes = runs.filter(({ chosen }) => chosen).flatMap(({ run, folder, due, summary }) => {
    const last = summaries.get(run.id) ?? (due ? undefined : summary);
    return last ? [runOutcome(run, folder, last)] : [];
  });
  if (options.only?.length) return { outcomes, figures: [] };
  return { outcomes, figures: await comparePlan(plan, outcomes, parent, { ...surroundings, warn: options.onNote }) };
}

/** What is said of the runs that do not run. */
function notesOf(runs: readonly DueRun[]): string[] {
  const left = runs.filter(({ chosen, due }) => chosen && !due);
  const count = (status: DueRun['status']): number => left.filter((run) => run.status === status).length;
  const total = runs.filter(({ chosen }) => chosen).length;
  return [
    ...(count('finished') > 0 ? [`${count('finished')} of ${total} runs are done already; --fresh runs them again.`] : []),
    ...(count('failed') > 0 ? [`${count('failed')} of ${total} runs failed before; --failed runs them again.`] : []),
  ];
}
