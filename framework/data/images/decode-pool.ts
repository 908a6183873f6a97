import os from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DecodeAnswer, DecodeJob, DecodeRequest, DecodeResponse, DecodeSetup } from './decode-worker.ts';

const source = import.meta.url.endsWith('.ts');
const workerFile = new URL('./decode-worker.js', import.meta.url);
/** For threads that load plugins or TypeScript; it lies beside the sources, in the package too. */
const runner = new URL(`${source ? '../../' : '../../../../framework/'}app/bin/decode-worker.mjs`, import.meta.url);

/** Fewer images than this are not worth another thread's start. */
const minShare = 8;

/** Worker threads that decode images. They start with the first job and keep no process alive. */
export class DecodePool {
  readonly #setup: DecodeSetup;
  readonly #size: number;
  readonly #workers: Worker[] = [];
  readonly #waiting = new Map<
    number,
    { worker: Worker; resolve(answers: readonly DecodeAnswer[]): void; reject(error: Error): void }
  >();
  #next = 0;

  /** @param size threads; null for one a processor, 8 at most */
  constructor(setup: DecodeSetup, size: number | null) {
    this.#setup = setup;
    this.#size = size ?? Math.min(8, os.availableParallelism());
  }

  /** Decodes images, shared out evenly among the threads; answers in the order of the jobs. */
  async decode(jobs: readonly DecodeJob[]): Promise<readonly DecodeAnswer[]> {
    const share = Math.max(minShare, Math.ceil(jobs.length / this.#size));
    const parts = Array.from({ length: Math.ceil(jobs.length / share) }, (_, part) =>
      jobs.slice(part * share, (part + 1) * share),
    );
    return (await Promise.all(parts.map((part) => this.#send(part)))).flat();
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()));
  }

  #send(jobs: readonly DecodeJob[]): Promise<readonly DecodeAnswer[]> {
    const id = this.#next++;
    const worker = (this.#workers[id % this.#size] ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { worker, resolve, reject });
      worker.ref();
      // Copies, moved: a view of a larger buffer would take all of it along, and the caller's own bytes stay its own.
      const moved = jobs.map(({ bytes, ...job }) => ({ bytes: new Uint8Array(bytes), ...job }));
      worker.postMessage(
        { id, jobs: moved } satisfies DecodeRequest,
        moved.map(({ bytes }) => bytes.buffer),
      );
    });
  }

  #start(): Worker {
    const plain = !source && this.#setup.lists.every(({ steps }) => steps.length === 0);
    const worker = new Worker(plain ? workerFile : runner, { workerData: this.#setup });
    worker.on('message', ({ id, answers }: DecodeResponse) => {
      const { resolve } = this.#waiting.get(id)!;
      this.#waiting.delete(id);
      if (![...this.#waiting.values()].some((request) => request.worker === worker)) worker.unref();
      resolve(answers);
    });
    const fail = (error: Error): void => {
      for (const [id, request] of this.#waiting) {
        if (request.worker !== worker) continue;
        this.#waiting.delete(id);
        request.reject(error);
      }
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`a decoding thread ended with exit code ${code}`)));
    return worker;
  }
}
