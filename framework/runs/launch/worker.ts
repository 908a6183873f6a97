// A worker: executes the runs that its parent sends, one after another, on one device. It ends when its parent does.
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { useDevice, type Device, type DeviceName } from '../../devices/devices.ts';
import { featureStore } from '../../data/embeddings/feature-store.ts';
import { decodedImages } from '../../data/images/decoded-images.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { guardOutput } from '../../base/errors/guard-output.ts';
import { registerHooks } from '../../plugins/register-hooks.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { followRun } from '../execute/follow-run.ts';
import { asRank } from '../ranks/join-run.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { recordRun } from '../execute/record-run.ts';
import type { FromWorker, ToWorker, WorkerFault, WorkerTask } from './worker-message.ts';

guardOutput(process.stdout);
guardOutput(process.stderr);
const stop = new AbortController();
let device: Device | undefined;
let catalogue: Catalogue | undefined;
const decoded = decodedImages();
const features = featureStore(cacheDirectory());
let interrupted = false;
let isRank = false;

const send = (message: FromWorker): void => {
  if (process.connected) process.send!(message);
};

async function execute(task: WorkerTask): Promise<void> {
  const { plan, run, parent, seat } = task;
  await registerHooks();
  catalogue ??= await createCatalogue();
  const runContext: RunContext = {
    catalogue,
    baseDirectory: dirname(plan.file),
    cacheDirectory: cacheDirectory(),
    decoded,
    features,
  };
  if (seat) {
    isRank = true;
    const summary = await asRank(seat, run, runContext, {
      record: (joined, context) => record(task, joined, context),
      follow: (context) =>
        followRun({ ...task, folder: runFolderAt(join(parent, run.id)), runContext: context, signal: stop.signal }),
    });
    return send(summary ? { type: 'done', summary } : { type: 'departed' });
  }
  device ??= await useDevice(run.spec.device as DeviceName | 'auto', { threads: run.spec.threads });
  send({ type: 'done', summary: await record(task, device, runContext) });
}

const record = (
  { plan, run, parent, out, resume, fresh, until, changes }: WorkerTask,
  computing: Device,
  runContext: RunContext,
): Promise<RunSummary> =>
  recordRun({
    plan: { ...plan, runs: [run] },
    run,
    parent,
    device: computing,
    until,
    changes,
    runContext,
    options: {
      catalogue: runContext.catalogue,
      out,
      resume,
      fresh,
      signal: stop.signal,
      onEvent: (_run, event) => send({ type: 'event', event }),
      onNote: (line) => send({ type: 'note', line }),
      onTracker: (_run, directory, report) => send({ type: 'tracker', directory, report }),
    },
  });

function faultOf(cause: unknown): WorkerFault {
  if (cause instanceof AblateError)
    return { code: cause.code, problem: cause.problem, ...(cause.remedy !== undefined && { remedy: cause.remedy }) };
  return cause instanceof Error
    ? { problem: cause.message, ...(cause.stack !== undefined && { stack: cause.stack }) }
    : { problem: String(cause) };
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'stop') stop.abort();
  else void execute(message.task).catch((cause: unknown) => send({ type: 'fault', fault: faultOf(cause) }));
});
// Ctrl-C reaches the whole terminal: the parent says what is to be done, and the second one ends this process too. One of
// several ranks stops them all.
process.on('SIGINT', () => {
  if (interrupted) process.exit(130);
  interrupted = true;
  if (isRank) stop.abort();
});
process.on('SIGTERM', () => stop.abort());
// A parent that is gone counts as an interruption: nobody would start the next run.
process.on('disconnect', () => stop.abort());
