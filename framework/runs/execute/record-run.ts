import type { RecordedRun, TrackerReport } from '../plan/run-options.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Device } from '../../devices/devices.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { Tracker } from '../../contracts/tracker.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import type { RunEvent } from '../../contracts/run-event.ts';
import { noSpans } from '../../training/engine/spans.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { Profiler } from '../profile/profiler.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { createRunFolder } from '../../records/run-folder/create-run-folder.ts';
import { Journal } from '../../records/journal/journal.ts';
import { startSystemMonitor } from '../../records/journal/system-monitor.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { summarize, type RunSummary } from '../../records/run-folder/summary.ts';
import { changeLines, type SpecChange } from '../plan/changed-spec.ts';
import { tellTracker } from '../plan/tell-tracker.ts';
import { executeRun } from './execute-run.ts';

/**
 * Executes a run in its folder: every event goes to the journal first, then to whoever listens; trackers project the
 * journal as it grows.
 *
 * @throws AblateError RUN_FOLDER, DISK_FULL where the run's own record cannot be written
 */
export async function recordRun({
  plan,
  run,
  parent,
  device,
  runContext,
  options,
  until,
  changes = [],
}: RecordedRun): Promise<RunSummary> {
  requireRanks(run, runContext);
  const { folder, lock } = await createRunFolder({
    parent,
    experiment: plan.name,
    run,
    specFile: plan.file,
    fresh: options.fresh,
    catalogue: options.catalogue,
    device,
    lock: options.lock,
  });
  try {
    const goesOn = existsSync(folder.journal);
    const doubts = goesOn ? await doubtsOfResuming(folder, device, changes) : [];
    const journal = Journal.open(folder);
    let step = 0;
    const profiler = options.trace ? new Profiler() : undefined;
    const spans = profiler ?? noSpans;
    const emit = (event: RunEvent): void => {
      // Who has been passed over as dead, and is not, writes nothing more.
      lock.confirm();
      if (event.type === 'step') step = event.step + 1;
      if (event.type === 'started' && goesOn) journal.rewind(event.resumedAtStep);
      spans.during('journal', event.type, () => journal.append(event));
      options.onEvent(run, event.type === 'step' ? event : redactSecrets(event));
      if (event.type === 'started' && event.resumedAtStep > 0)
        for (const message of doubts) emit({ type: 'warning', message });
    };
    const hear = (report: TrackerReport): void => tellTracker(options, run, folder.directory, report);
    const trackers = await startTrackers(plan, run, folder, runContext, (message) =>
      hear({ type: 'warning', message }),
    );
    const stopMonitor = startSystemMonitor({ emit, step: () => step, directory: folder.directory });
    try {
      await executeRun({
        run,
        folder,
        runContext,
        device: device.description,
        resume: options.resume,
        until,
        signal: options.signal,
        emit,
        flush: () => journal.flush(),
        spans,
      });
    } finally {
      if (profiler) await tellProfile(profiler, folder, options.onNote);
      stopMonitor();
      journal.close();
    }
    const summary = await summarize(folder);
    for (const tracker of trackers) hear({ type: 'ended', outcome: await tracker.finish() });
    return summary;
  } finally {
    await lock.release();
  }
}

/** @throws AblateError USAGE where a run over several processes has been given one alone */
function requireRanks({ spec }: PlannedRun, { ranks }: RunContext): void {
  if ((spec.train.ranks ?? 1) === (ranks?.size ?? 1)) return;
  throw new AblateError(
    'USAGE',
    `The run goes over ${spec.train.ranks} processes (train.ranks), which this command does not start.`,
    { remedy: 'Type: ablate run SPEC, with --resume where the run has begun.' },
  );
}

/** Ends the profile: its picture in the run's folder, its table to whoever listens. */
async function tellProfile(profiler: Profiler, folder: RunFolder, tell: (line: string) => void): Promise<void> {
  const file = join(folder.directory, 'trace.json');
  for (const line of await profiler.end(file)) tell(`  ${line}`);
  tell(`  trace: ${file} (open it at ui.perfetto.dev or chrome://tracing)`);
}

/** Why what follows a resumption may not be what an undisturbed run would have come to, to the bit. */
async function doubtsOfResuming(folder: RunFolder, device: Device, changes: readonly SpecChange[]): Promise<string[]> {
  const before = (await readProvenance(folder))?.earlier?.at(-1)?.device?.description;
  return [
    ...(changes.length > 0 ? [`The run goes on with another spec than it began with:\n${changeLines(changes)}`] : []),
    ...(before !== undefined && before !== device.description
      ? [
          `The run goes on with ${device.description}, and began with ${before}: it may not end in the bits of a run that was never stopped.`,
        ]
      : []),
    ...(device.gpu
      ? [
          'A GPU does not add in the same order each time: the run may not end in the bits of one that was never stopped.',
        ]
      : []),
  ];
}

async function startTrackers(
  plan: Plan,
  run: PlannedRun,
  folder: RunFolder,
  { catalogue, baseDirectory }: RunContext,
  warn: (message: string) => void,
): Promise<Tracker[]> {
  const trackers: Tracker[] = [];
  for (const { plugin, options } of run.spec.tracking) {
    const tracker = await makeComponent(await catalogue.load('tracker', plugin, baseDirectory), options, {
      warn,
      streams: new RandomStreams(run.spec.seed, 'tracking/'),
      experiment: plan.name,
      run: run.label || plan.name,
    });
    tracker.start(folder);
    trackers.push(tracker);
  }
  return trackers;
}
