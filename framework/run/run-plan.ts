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
import { changedSpec } from './changed-spec.ts';
import { comparisonMarkdown } from './comparison-table.ts';
import { compareRuns, type ComparedGroup } from './comparison.ts';
import { foldersOfRuns } from './folders-of-runs.ts';
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
 * the figures that compare them. A failed run does not stop
 * the others.
 *
 * @throws AblateError before the first run starts: DEVICE_UNAVAILABLE, RUN_FOLDER (an unfinished run without `resume` or `fresh`,
 * or whose spec has changed without `allowChanges`)
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<PlanReport> {
  const parent = join(options.out, plan.name);
  const placed = await foldersOfRuns(plan, parent, options.resume);
  const unfinished = placed.filter(({ summary }) => summary && summary.status !== 'finished').map(({ folder }) => folder.directory);
  if (unfinished.length > 0 && !options.resume && !options.fresh) {
    throw new AblateError('RUN_FOLDER', `${unfinished.length === 1 ? 'A run is' : `${unfinished.length} runs are`} not finished: ${unfinished.join(', ')}.`, { remedy: 'Add --resume to go on, or --fresh to start over.' });
  }
  const changed = placed.find(({ changes }) => changes.length > 0);
  if (changed && !options.allowChanges) throw changedSpec(changed.folder, changed.changes);
  const due = placed.filter(({ summary }) => options.fresh || summary?.status !== 'finished');
  const surroundings: Surroundings = { catalogue: options.catalogue, baseDirectory: dirname(plan.file), cacheDirectory: cacheDirectory() };
  const device = due.length > 0 ? await oneDevice(plan) : undefined;
  if (due.length < plan.runs.length) options.onNote(`${plan.runs.length - due.length} of ${plan.runs.length} runs are done already; --fresh runs them again.`);
  const outcomes: RunOutcome[] = [];
  for (const place of placed) {
    const { run, folder, changes } = place;
    let { summary } = place;
    if (due.includes(place)) {
      if (options.signal.aborted) break;
      summary = await recordRun({ plan, run, parent, device: device!, surroundings, options, changes });
    }
    outcomes.push(runOutcome(run, folder, summary!));
  }
  const groups = compareRuns(outcomes);
  if (groups.length > 0) await writeAtomically(join(parent, 'comparison.md'), `${comparisonMarkdown(groups)}\n`);
  return { outcomes, figures: await sideBySide(plan, groups, parent, { ...surroundings, warn: options.onNote }) };
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
