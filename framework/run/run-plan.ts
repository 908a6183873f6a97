import { dirname, join } from 'node:path';
import { cacheDirectory } from '../backends/cache-directory.ts';
import { useDevice, type Device, type DeviceName } from '../backends/devices.ts';
import type { Surroundings } from '../engine/compose.ts';
import { AblateError } from '../errors/ablate-error.ts';
import { drawFigures, type DrawingSurroundings } from '../figures/draw-figures.ts';
import { runPanel } from '../figures/run-panel.ts';
import type { Plan } from '../spec/plan.ts';
import { runFolderAt } from '../tracking/create-run-folder.ts';
import { writeAtomically } from '../tracking/write-atomically.ts';
import { comparisonMarkdown } from './comparison-table.ts';
import { compareRuns, type ComparedGroup } from './comparison.ts';
import { dueRuns, refuseUnready, type DueRun } from './due-runs.ts';
import { writePlanFile } from './plan-file.ts';
import { recordRun } from './record-run.ts';
import type { RunOptions } from './run-options.ts';
import { runOutcome, type RunOutcome } from './run-outcome.ts';

/** What came of a plan. */
export interface PlanReport {
  readonly outcomes: readonly RunOutcome[];
  /** Files of the figures that set the runs side by side. */
  readonly figures: readonly string[];
}

/**
 * Runs all of a plan that is not done, one run after another, then writes `comparison.md` and draws
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
  const device = runs.some(({ due }) => due) ? await oneDevice(plan) : undefined;
  await writePlanFile(parent, plan);
  for (const line of notesOf(runs)) options.onNote(line);
  const outcomes: RunOutcome[] = [];
  for (const { run, folder, changes, due, ...place } of runs.filter(({ chosen }) => chosen)) {
    let { summary } = place;
    if (due) {
      if (options.signal.aborted) break;
      const resume = options.resume || Boolean(options.failed && !options.fresh);
      summary = await recordRun({ plan, run, parent, device: device!, surroundings, options: { ...options, resume }, changes });
    }
    if (summary) outcomes.push(runOutcome(run, folder, summary));
  }
  if (options.only?.length) return { outcomes, figures: [] };
  const groups = compareRuns(outcomes);
  if (groups.length > 0) await writeAtomically(join(parent, 'comparison.md'), `${comparisonMarkdown(groups)}\n`);
  return { outcomes, figures: await sideBySide(plan, groups, parent, { ...surroundings, warn: options.onNote }) };
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

/** The device of the whole plan: a process has one, and its threads are set before the library is loaded. */
async function oneDevice(plan: Plan): Promise<Device> {
  const wanted = new Set(plan.runs.map(({ spec }) => `${spec.device} with ${spec.threads} threads`));
  if (wanted.size > 1) {
    throw new AblateError('USAGE', `The runs of ${plan.file} ask for different devices: ${[...wanted].join(', ')}.`, { remedy: 'Give one device and one number of threads to all runs of a spec, or split it.' });
  }
  const { spec } = plan.runs[0]!;
  return useDevice(spec.device as DeviceName | 'auto', { threads: spec.threads });
}

/** Draws the runs beside one another. */
async function sideBySide(plan: Plan, groups: readonly ComparedGroup[], parent: string, surroundings: DrawingSurroundings): Promise<string[]> {
  const { figures } = plan.runs[0]!.spec;
  if (figures.length === 0) return [];
  const panels = groups.flatMap(({ name, runs }) => runs.map(({ dir, name: title, seed, point }) => runPanel({ folder: runFolderAt(dir), title, group: name, seed, point })));
  if (panels.length === 0) return [];
  const drawn = await drawFigures(figures, panels, join(parent, 'figures'), surroundings);
  return drawn.flatMap(({ files }) => files.filter((file) => /\.(?:svg|png)$/.test(file)));
}
