import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { visibleGpus } from '../../devices/visible-gpus.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import type { RecordedRun, Workers } from '../plan/run-options.ts';
import { tellTracker } from '../plan/tell-tracker.ts';
import { failRun } from './fail-run.ts';
import { faultError, taskOf } from './worker-message.ts';
import { WorkerProcess, type WorkerEnd } from './worker-process.ts';

/** Milliseconds in which the others end by themselves once one is lost: rank 0 has a journal and trackers to end. */
const [noticeMs, noticeFirstMs] = [3_000, 12_000];

/**
 * Executes runs one after another, each in as many processes of this machine as it has ranks. Where one process ends,
 * the run ends; it goes on when it is resumed.
 */
export class RankPool implements Workers {
  readonly size = 1;
  readonly #signal: AbortSignal;
  readonly #onNote: (line: string) => void;
  #last: Promise<unknown> = Promise.resolve();

  constructor(signal: AbortSignal, onNote: (line: string) => void) {
    this.#signal = signal;
    this.#onNote = onNote;
  }

  /** {@inheritDoc} */
  record(recorded: Omit<RecordedRun, 'device' | 'runContext'>): Promise<RunSummary | undefined> {
    const own = this.#last.then(() => (this.#signal.aborted ? undefined : this.#execute(recorded)));
    this.#last = own.catch(() => undefined);
    return own;
  }

  async #execute(recorded: Omit<RecordedRun, 'device' | 'runContext'>): Promise<RunSummary | undefined> {
    const { run, options } = recorded;
    const { ranks = 1 } = run.spec.train;
    const environments = await environmentsOf(run.spec.device, ranks);
    if (ranks > 1)
      this.#onNote(
        `${run.label || run.spec.name}: ${ranks} processes on 127.0.0.1; until they end, whoever has an account on this machine can reach their ports and act as you.`,
      );
    const meeting = await mkdtemp(join(tmpdir(), 'ablate-ranks-'));
    const workers = environments.map((environment) => new WorkerProcess(environment));
    const stop = (): void => workers.forEach((worker) => worker.stop());
    const kill = (): void => workers.forEach((worker) => worker.kill());
    this.#signal.addEventListener('abort', stop, { once: true });
    // Where this process ends at once, its ranks do not live on.
    process.once('exit', kill);
    try {
      const task = taskOf(recorded);
      const ends = workers.map((worker, rank) =>
        worker.run(
          ranks > 1 ? { ...task, seat: { rank, size: ranks, folder: meeting, host: '127.0.0.1' } } : task,
          (message) => {
            if (message.type === 'note')
              options.onNote(rank === 0 ? message.line : `  rank ${rank}: ${message.line.trim()}`);
            else if (message.type === 'tracker') tellTracker(options, run, message.directory, message.report);
            else options.onEvent(run, message.event);
          },
        ),
      );
      if (this.#signal.aborted) stop();
      return await this.#outcome(recorded, await allEnds(ends, workers));
    } finally {
      this.#signal.removeEventListener('abort', stop);
      process.removeListener('exit', kill);
      kill();
      await rm(meeting, { recursive: true, force: true });
    }
  }

  async #outcome(
    { run, parent, options: { catalogue } }: Omit<RecordedRun, 'device' | 'runContext'>,
    ends: readonly WorkerEnd[],
  ): Promise<RunSummary> {
    const [first] = ends;
    if (first!.type === 'done') return first!.summary;
    // Of several that could not, the one that is not about another rank says why.
    const faults = ends.flatMap((end) => (end.type === 'fault' ? [end.fault] : []));
    const fault = faults.find(({ code }) => code !== 'RANK_LOST') ?? faults[0];
    const dead = ends.findIndex((end) => end.type === 'died');
    const death = ends[dead];
    if (death?.type !== 'died') throw faultError(fault!);
    const reason = `Rank ${dead} of ${ends.length} ${death.how}.`;
    if (first!.type === 'fault') throw faultError({ ...first!.fault, problem: reason });
    return failRun(runFolderAt(join(parent, run.id)), catalogue, reason, 'RANK_LOST');
  }
}

/** How all ended: once a rank is lost, or rank 0 is done, with which the run is over, the others have a while to end. */
async function allEnds(ends: readonly Promise<WorkerEnd>[], workers: readonly WorkerProcess[]): Promise<WorkerEnd[]> {
  const timers: NodeJS.Timeout[] = [];
  for (const end of ends)
    void end.then(({ type }) => {
      if (type === 'departed' || timers.length > 0) return;
      timers.push(
        ...workers.map((worker, rank) => setTimeout(() => worker.kill(), rank > 0 ? noticeMs : noticeFirstMs)),
      );
    });
  return Promise.all(ends).finally(() => timers.forEach(clearTimeout));
}

/** @throws AblateError USAGE where there are fewer GPUs than ranks that may compute on them */
async function environmentsOf(device: string, ranks: number): Promise<Readonly<Record<string, string>>[]> {
  const gpus = ranks > 1 && (device === 'auto' || device === 'tensorflow-gpu') ? await visibleGpus() : [];
  if (gpus.length > 0 && gpus.length < ranks)
    throw new AblateError(
      'USAGE',
      `The run has ${ranks} ranks, and there are ${gpus.length} GPUs, one of which each takes.`,
      {
        remedy: 'Lower train.ranks, or compute on processors with --device tensorflow.',
      },
    );
  return Array.from(
    { length: ranks },
    (_, rank): Record<string, string> => (gpus.length > 0 ? { CUDA_VISIBLE_DEVICES: gpus[rank]!.name } : {}),
  );
}
