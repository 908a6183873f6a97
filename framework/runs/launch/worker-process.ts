import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker, WorkerTask } from './worker-message.ts';

/** How a run in a worker ended: with what the worker said last, or with the worker's death. */
export type WorkerEnd =
  | Extract<FromWorker, { type: 'done' | 'departed' | 'fault' }>
  | { readonly type: 'died'; readonly how: string };

/** What a worker says while a run goes on. */
export type WorkerListener = (message: Extract<FromWorker, { type: 'event' | 'note' | 'tracker' }>) => void;

/** A process of its own that executes runs. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  #listen: WorkerListener = () => undefined;
  #end: (end: WorkerEnd) => void = () => undefined;
  #how: string | undefined;

  /** @param environment over this process's own */
  constructor(environment: Readonly<Record<string, string>>) {
    const source = import.meta.url.endsWith('.ts');
    const file = fileURLToPath(new URL(`./worker${source ? '.ts' : '.js'}`, import.meta.url));
    const runner = source ? [fileURLToPath(new URL('../../app/bin/ts.mjs', import.meta.url))] : [];
    // Structured clones: NaN and infinities arrive as they are.
    this.#child = spawn(process.execPath, [...runner, file], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: { ...process.env, ...environment },
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      createInterface({ input: stream }).on('line', (line) => this.#listen({ type: 'note', line }));
    this.#child.on('message', (message: FromWorker) => {
      if (message.type === 'done' || message.type === 'departed' || message.type === 'fault') this.#end(message);
      else this.#listen(message);
    });
    const died = (how: string): void => {
      this.#how ??= how;
      this.#end({ type: 'died', how: this.#how });
    };
    this.#child.on('exit', (code, signal) => died(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
    this.#child.on('error', (cause) => died(`could not be started or told: ${cause.message}`));
  }

  /** The process's id. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it can take a run. */
  get isAlive(): boolean {
    return this.#how === undefined && this.#child.connected;
  }

  /** Executes a run; never rejects. One at a time. */
  run(task: WorkerTask, listen: WorkerListener): Promise<WorkerEnd> {
    return new Promise((resolve) => {
      this.#listen = listen;
      this.#end = resolve;
      if (this.isAlive) this.#send({ type: 'run', task });
      else resolve({ type: 'died', how: this.#how ?? 'was gone before it was told of the run' });
    });
  }

  /** Has the run under way write a checkpoint and end. */
  stop(): void {
    this.#send({ type: 'stop' });
  }

  /** Ends the process when its run, if any, has ended; resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#how !== undefined) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.disconnect();
    await gone;
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: ToWorker): void {
    if (this.isAlive) this.#child.send(message, () => undefined);
  }
}
