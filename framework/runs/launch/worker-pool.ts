import { join } from 'node:path';
import type { RecordedRun } from '../plan/run-options.ts';
import type { Workers } from '../plan/run-options.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { readSummary, type RunSummary } from '../../records/run-folder/summary.ts';
import { couldNotBegin, failRun } from './fail-run.ts';
import { faultError, taskOf, type WorkerTask } from './worker-message.ts';
import { tellTracker } from '../plan/tell-tracker.ts';
import { WorkerProcess } from './worker-process.ts';

/** Processes that may die under one run before it counts as failed. */
const maxDeaths = 3;

/** A place for one process. */
interface Slot {
  readonly environment: Readonly<Record<string, string>>;
  worker: WorkerProcess | undefined;
  /** What the worker's device was made for: a process keeps its device and threads. */
  device: string;
}

interface Waiting {
  readonly recorded: Omit<RecordedRun, 'device' | 'runContext'>;
  task: WorkerTask;
  deaths: number;
  /** Whether a worker has told of it: its folder has been emptied then, where that was asked for. */
  isBegun: boolean;
  resolve(summary: RunSummary | undefined): void;
  reject(cause: unknown): void;
}

/**
 * A fixed number of processes that execute runs, one each at a time. A run whose process dies goes on in another from
 * its newest checkpoint. A process lives on for the next run.
 */
export class WorkerPool implements Workers {
  readonly #slots: readonly Slot[];
  readonly #free: Slot[];
  readonly #queue: Waiting[] = [];
  readonly #signal: AbortSignal;
  readonly #onNote: (line: string) => void;
  #broken = false;
  readonly #stop = (): void => this.stop();
  readonly #kill = (): void => {
    for (const { worker } of this.#slots) worker?.kill();
  };

  /**
   * @param environments one for each process
   * @param signal has every run under way write a checkpoint and end, and no other begin
   */
  constructor(
    environments: readonly Readonly<Record<string, string>>[],
    signal: AbortSignal,
    onNote: (line: string) => void,
  ) {
    this.#slots = environments.map((environment) => ({ environment, worker: undefined, device: '' }));
    this.#free = [...this.#slots];
    this.#signal = signal;
    this.#onNote = onNote;
    signal.addEventListener('abort', this.#stop, { once: true });
    // Where this process ends at once, its workers do not live on.
    process.once('exit', this.#kill);
  }

  get size(): number {
    return this.#slots.length;
  }

  record(recorded: Omit<RecordedRun, 'device' | 'runContext'>): Promise<RunSummary | undefined> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        recorded,
        task: taskOf(recorded),
        deaths: 0,
        isBegun: false,
        resolve,
        reject,
      });
      this.#dispatch();
    });
  }

  /** Has every run under way write a checkpoint and end. Those that have not begun do not begin. */
  stop(): void {
    for (const { worker } of this.#slots) worker?.stop();
    for (const { resolve } of this.#queue.splice(0)) resolve(undefined);
  }

  /** As `stop`, and nothing begins any more: for when something else makes the whole of it vain. */
  halt(): void {
    this.#broken = true;
    this.stop();
  }

  /** Ends the processes; call it when no run is under way. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    await Promise.all(this.#slots.map(({ worker }) => worker?.close()));
    process.removeListener('exit', this.#kill);
  }

  #dispatch(): void {
    if (this.#signal.aborted || this.#broken) return this.stop();
    while (this.#queue.length > 0 && this.#free.length > 0) {
      const waiting = this.#queue.shift()!;
      const wanted = deviceOf(waiting.task);
      const [slot] = this.#free.splice(
        Math.max(
          0,
          this.#free.findIndex(({ device, worker }) => worker?.isAlive && device === wanted),
        ),
        1,
      );
      void this.#execute(slot!, waiting)
        .catch(waiting.reject)
        .finally(() => {
          this.#free.push(slot!);
          this.#dispatch();
        });
    }
  }

  async #execute(slot: Slot, waiting: Waiting): Promise<void> {
    const {
      recorded: { run, options },
      task,
    } = waiting;
    const worker = await workerFor(slot, deviceOf(task));
    if (this.#signal.aborted) return waiting.resolve(undefined);
    const name = run.label || task.plan.name;
    const end = await worker.run(task, (message) => {
      // What stands below a run's own line elsewhere names its run here.
      if (message.type === 'note') return options.onNote(message.line.replace(/^ {2}/, () => `${name}: `));
      if (message.type === 'tracker') return tellTracker(options, run, message.directory, message.report);
      waiting.isBegun = true;
      options.onEvent(run, message.event);
    });
    if (end.type === 'fault') {
      this.halt();
      return waiting.reject(faultError(end.fault));
    }
    const isStopping = this.#signal.aborted || this.#broken;
    if (end.type === 'done' && (end.summary.status !== 'interrupted' || isStopping || task.until !== undefined))
      return waiting.resolve(end.summary);
    const how = end.type === 'died' ? end.how : 'was told to stop';
    if (end.type === 'done') await worker.close();
    slot.worker = undefined;
    waiting.deaths++;
    const folder = runFolderAt(join(task.parent, run.id));
    if (isStopping) return waiting.resolve(await readSummary(folder).catch(() => undefined));
    // Where the folder has not been emptied yet, it is the old run's.
    const fresh = task.fresh && !waiting.isBegun;
    if (waiting.deaths >= maxDeaths) {
      const reason = `Its process ${how}; ${maxDeaths} processes ended so.`;
      if (fresh) throw couldNotBegin(folder, reason);
      return waiting.resolve(await failRun(folder, options.catalogue, reason));
    }
    this.#onNote(
      `The worker ${worker.pid ?? ''} ${how}; "${name}" ${fresh ? 'begins in another' : 'goes on in another from its newest checkpoint'}.`,
    );
    waiting.task = { ...task, resume: true, fresh };
    this.#queue.unshift(waiting);
  }
}

const deviceOf = ({ run: { spec } }: WorkerTask): string => `${spec.device} ${spec.threads}`;

async function workerFor(slot: Slot, device: string): Promise<WorkerProcess> {
  if (slot.worker?.isAlive && slot.device === device) return slot.worker;
  await slot.worker?.close();
  slot.device = device;
  return (slot.worker = new WorkerProcess(slot.environment));
}
