import { dirname } from 'node:path';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { useDevice, type DeviceName } from '../../devices/devices.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { asBegun } from '../plan/as-begun.ts';
import { comparePlan } from '../comparison/compare-plan.ts';
import { MicroBatchChooser } from '../execute/micro-batch-chooser.ts';
import { recordRun } from '../execute/record-run.ts';
import type { RunOptions } from '../plan/run-options.ts';
import { runOutcome, type RunOutcome } from '../plan/run-outcome.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { readSummary } from '../../records/run-folder/summary.ts';
import { launcherOf } from './launcher-of.ts';
import { planOf, readLaunch } from './launch-file.ts';

/** What a task is executed with. */
export type TaskOptions = Pick<RunOptions, 'catalogue' | 'signal' | 'onEvent' | 'onNote'>;

/**
 * Executes one task of a launch: its run, from the newest checkpoint where there is one. What is done stays as it is.
 * The task after which no run of the plan is open writes the comparison.
 *
 * @throws AblateError RUN_FOLDER, USAGE, DEVICE_UNAVAILABLE, DISK_FULL
 */
export async function runTask(directory: string, index: number, options: TaskOptions): Promise<RunOutcome> {
  const launch = await readLaunch(directory);
  const task = launch.tasks[index];
  if (!task)
    throw new AblateError('USAGE', `The launch ${directory} has no task ${index}.`, {
      remedy: `Its tasks are 0 to ${launch.tasks.length - 1}.`,
    });
  const plan = planOf(launch);
  const planned = plan.runs.find(({ id }) => id === task.id)!;
  const parent = dirname(dirname(directory));
  const folder = runFolderAt(`${parent}/${planned.id}`);
  const before = await readSummary(folder).catch(() => undefined);
  if (before?.status === 'finished') return runOutcome(planned, folder, before);
  const { catalogue } = options;
  const launcher = await launcherOf(launch.launcher, plan.file, catalogue);
  const job = launcher.job?.(process.env);
  const runContext = { catalogue, baseDirectory: dirname(plan.file), cacheDirectory: cacheDirectory() };
  const parts = new MicroBatchChooser(runContext.baseDirectory, 1, options.onNote);
  const run = await parts.choose(await asBegun(folder, planned, false)).finally(() => parts.close());
  const device = await useDevice(run.spec.device as DeviceName | 'auto', { threads: run.spec.threads });
  const { changes } = launch.runs.find(({ id }) => id === task.id)!;
  const summary = await recordRun({
    plan,
    run,
    parent,
    device,
    runContext,
    changes,
    options: {
      ...options,
      out: dirname(parent),
      resume: true,
      fresh: false,
      lock: {
        ...(job && { job: { launcher: launch.launcher.plugin, ...job } }),
        isOver: async (other) => (other.launcher === launch.launcher.plugin ? launcher.isOver?.(other) : undefined),
      },
    },
  });
  const outcomes: RunOutcome[] = [];
  for (const other of plan.runs) {
    const place = runFolderAt(`${parent}/${other.id}`);
    const known = await readSummary(place).catch(() => undefined);
    if (known?.status === 'finished' || known?.status === 'failed') outcomes.push(runOutcome(other, place, known));
  }
  if (outcomes.length === plan.runs.length)
    await comparePlan(plan, outcomes, parent, { ...runContext, warn: options.onNote });
  return runOutcome(run, folder, summary);
}
