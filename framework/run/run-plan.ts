import { dirname, join } from 'node:path';
import { cacheDirectory } from '../backends/cache-directory.ts';
import { useDevice, type Device, type DeviceName } from '../backends/devices.ts';
import type { Surroundings } from '../engine/compose.ts';
import { AblateError } from '../errors/ablate-error.ts';
import { drawFigures } from '../figures/draw-figures.ts';
import { savedEvaluation } from '../figures/saved-evaluation.ts';
import type { Plan } from '../spec/plan.ts';
import { readSummary, type RunSummary } from '../tracking/summary.ts';
import { runFolderAt } from '../tracking/create-run-folder.ts';
import { writeAtomically } from '../tracking/write-atomically.ts';
import { comparisonMarkdown } from './comparison-table.ts';
import { compareRuns, type ComparedGroup } from './comparison.ts';
import { recordRun } from './record-run.ts';
import type { RunOptions } from './run-options.ts';
import type { RunOutcome } from './run-outcome.ts';

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
 * @throws AblateError before the first run starts: DEVICE_UNAVAILABLE, RUN_FOLDER (an unfinished run without `resume` or `fresh`)
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<PlanReport> {
  const parent = join(options.out, plan.name);
  const before = new Map<string, RunSummary | undefined>();
  for (const { id } of plan.runs) before.set(id, await readSummary(runFolderAt(join(parent, id))).catch(() => undefined));
  const unfinished = [...before].filter(([, summary]) => summary && summary.status !== 'finished').map(([id]) => id);
  if (unfinished.length > 0 && !options.resume && !options.fresh) {
    throw new AblateError('RUN_FOLDER', `${unfinished.length === 1 ? 'A run is' : `${unfinished.length} runs are`} not finished: ${unfinished.map((id) => join(parent, id)).join(', ')}.`, { remedy: 'Add --resume to go on, or --fresh to start over.' });
  }
  const due = plan.runs.filter(({ id }) => options.fresh || before.get(id)?.status !== 'finished');
  const surroundings: Surroundings = { catalogue: options.catalogue, baseDirectory: dirname(plan.file), cacheDirectory: cacheDirectory() };
  const device = due.length > 0 ? await oneDevice(plan) : undefined;
  if (due.length < plan.runs.length) options.onNote(`${plan.runs.length - due.length} of ${plan.runs.length} runs are done already; --fresh runs them again.`);
  const outcomes: RunOutcome[] = [];
  for (const run of plan.runs) {
    const folder = runFolderAt(join(parent, run.id));
    let summary = before.get(run.id);
    if (due.includes(run)) {
      if (options.signal.aborted) break;
      summary = await recordRun({ plan, run, parent, device: device!, surroundings, options });
    }
    const { status, metrics, millisecondsPerStep, error } = summary!;
    outcomes.push({ id: run.id, name: run.label || plan.name, dir: folder.directory, status: status === 'running' ? 'interrupted' : status, seed: run.spec.seed, metrics, millisecondsPerStep, point: run.point, ...(error && { error }) });
  }
  const groups = compareRuns(outcomes);
  if (groups.length > 0) await writeAtomically(join(parent, 'comparison.md'), `${comparisonMarkdown(groups)}\n`);
  return { outcomes, figures: await sideBySide(plan, groups, parent, surroundings) };
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

/** Draws the first seed of each group of runs beside the others. */
async function sideBySide(plan: Plan, groups: readonly ComparedGroup[], parent: string, surroundings: Surroundings): Promise<string[]> {
  const panels = [];
  for (const { name, runs } of groups) {
    const input = await savedEvaluation(runs[0]!.dir, 'test');
    if (input) panels.push({ title: name, input });
  }
  if (panels.length === 0) return [];
  const drawn = await drawFigures(plan.runs[0]!.spec.figures, panels, join(parent, 'figures'), surroundings);
  return drawn.flatMap(({ files }) => files);
}
