import { useDevice, type Device, type DeviceName } from '../../devices/devices.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import type { DueRun } from '../plan/due-run.ts';
import type { MicroBatchChooser } from './micro-batch-chooser.ts';
import { recordRun } from './record-run.ts';
import type { RecordedRun } from '../plan/run-options.ts';
import type { TrackingBacklog } from './tracking-backlog.ts';

/** What all runs of a plan are executed with. */
export type Execution = Pick<RecordedRun, 'plan' | 'parent' | 'runContext' | 'options'> & {
  readonly microBatches: MicroBatchChooser;
  readonly backlog: TrackingBacklog;
};

/**
 * Executes runs, in this process one after another or in workers side by side; a signal leaves out those that have not
 * begun.
 *
 * @returns the summaries by the runs' ids
 * @throws AblateError DEVICE_UNAVAILABLE; RUN_FOLDER, DISK_FULL where one cannot be executed at all
 */
export async function recordRuns(due: readonly DueRun[], execution: Execution): Promise<Map<string, RunSummary>> {
  const counted: DueRun[] = [];
  for (const one of due) counted.push({ ...one, run: await execution.microBatches.choose(one.run) });
  return execution.options.workers ? inWorkers(counted, execution) : oneAfterAnother(counted, execution);
}

async function oneAfterAnother(due: readonly DueRun[], execution: Execution): Promise<Map<string, RunSummary>> {
  const summaries = new Map<string, RunSummary>();
  if (due.length === 0) return summaries;
  const device = await oneDevice(execution.plan);
  for (const { run, changes, until } of due) {
    if (execution.options.signal.aborted) break;
    summaries.set(run.id, await recordRun({ ...execution, run, device, changes, until }));
    await execution.backlog.catchUp();
  }
  return summaries;
}

/** Where one run cannot be executed at all, the others end before that is reported. */
async function inWorkers(
  due: readonly DueRun[],
  { plan, parent, options, backlog }: Execution,
): Promise<Map<string, RunSummary>> {
  const ends = await Promise.allSettled(
    due.map(async ({ run, changes, until }) => {
      const summary = await options.workers!.record({ plan, run, parent, options, changes, until });
      await backlog.catchUp();
      return summary;
    }),
  );
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return new Map(
    ends.flatMap((end, index) => (end.status === 'fulfilled' && end.value ? [[due[index]!.run.id, end.value]] : [])),
  );
}

/** The device of the whole plan: a process has one, and its threads are set before the library is loaded. */
async function oneDevice(plan: Plan): Promise<Device> {
  const wanted = new Set(plan.runs.map(({ spec }) => `${spec.device} with ${spec.threads} threads`));
  if (wanted.size > 1) {
    throw new AblateError('USAGE', `The runs of ${plan.file} ask for different devices: ${[...wanted].join(', ')}.`, {
      remedy:
        'Add --workers 1: each kind then gets a process of its own. Or give all runs one device and one number of threads.',
    });
  }
  const { spec } = plan.runs[0]!;
  return useDevice(spec.device as DeviceName | 'auto', { threads: spec.threads });
}
