import { existsSync } from 'node:fs';
import type { Device } from '../backends/devices.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import type { Tracker } from '../contracts/tracker.ts';
import type { Surroundings } from '../engine/compose.ts';
import type { RunEvent } from '../engine/run-event.ts';
import { RandomStreams } from '../random/random-streams.ts';
import type { Plan, PlannedRun } from '../spec/plan.ts';
import { createRunFolder } from '../tracking/create-run-folder.ts';
import { Journal } from '../tracking/journal.ts';
import { startSystemMonitor } from '../tracking/system-monitor.ts';
import { summarise, type RunSummary } from '../tracking/summary.ts';
import { executeRun } from './execute-run.ts';
import type { RunOptions } from './run-options.ts';

/** One run of a plan and where it takes place. */
export interface RecordedRun {
  readonly plan: Plan;
  readonly run: PlannedRun;
  /** The experiment's folder. */
  readonly parent: string;
  readonly device: Device;
  readonly surroundings: Surroundings;
  readonly options: RunOptions;
}

/**
 * Executes a run in its folder: every event goes to the journal first, then to whoever listens; trackers project the journal
 * as it grows.
 *
 * @throws AblateError RUN_FOLDER, DISK_FULL where the run's own record cannot be written
 */
export async function recordRun({ plan, run, parent, device, surroundings, options }: RecordedRun): Promise<RunSummary> {
  const { folder, lock } = await createRunFolder({ parent, experiment: plan.name, run, specFile: plan.file, fresh: options.fresh, catalogue: options.catalogue, device });
  try {
    const goesOn = existsSync(folder.journal);
    const journal = Journal.open(folder);
    let step = 0;
    const emit = (event: RunEvent): void => {
      if (event.type === 'step') step = event.step + 1;
      if (event.type === 'started' && goesOn) journal.rewind(event.resumedAtStep);
      journal.append(event);
      options.onEvent(run, event);
    };
    const trackers = await startTrackers(plan, run, folder, surroundings, options.onNote);
    const stopMonitor = startSystemMonitor({ emit, step: () => step, directory: folder.directory });
    try {
      await executeRun({ run, folder, surroundings, device: device.description, resume: options.resume, signal: options.signal, emit });
    } finally {
      stopMonitor();
      journal.close();
    }
    const summary = await summarise(folder);
    for (const tracker of trackers) {
      const { complete, url, problem } = await tracker.finish();
      if (complete && url) options.onNote(`  tracked at ${url}`);
      if (!complete && problem) options.onNote(`  ${problem}`);
    }
    return summary;
  } finally {
    await lock.release();
  }
}

async function startTrackers(plan: Plan, run: PlannedRun, folder: RunFolder, { catalogue, baseDirectory }: Surroundings, warn: (message: string) => void): Promise<Tracker[]> {
  const trackers: Tracker[] = [];
  for (const { plugin, options } of run.spec.tracking) {
    const { manifest } = await catalogue.load('tracker', plugin, baseDirectory);
    const tracker = await manifest.create(options, { warn, streams: new RandomStreams(run.spec.seed, 'tracking/'), experiment: plan.name, run: run.label || plan.name });
    tracker.start(folder);
    trackers.push(tracker);
  }
  return trackers;
}
