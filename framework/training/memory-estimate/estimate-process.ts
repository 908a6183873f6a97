import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EstimateAnswer, EstimateQuestion } from './estimate-child.ts';

/**
 * A process of its own that estimates runs one after another: its memory holds nothing else, and where it is killed
 * nothing else is.
 */
export class EstimateProcess {
  readonly #child: ChildProcess;
  #said = '';
  #end: string | undefined;
  #resolve: (answer: EstimateAnswer) => void = () => undefined;

  constructor() {
    const source = import.meta.url.endsWith('.ts');
    const file = fileURLToPath(new URL(`./estimate-child${source ? '.ts' : '.js'}`, import.meta.url));
    const runner = source ? [fileURLToPath(new URL('../../app/bin/ts.mjs', import.meta.url))] : [];
    this.#child = spawn(process.execPath, [...runner, file], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.#said = `${this.#said}${chunk.toString()}`.slice(-2000)));
    this.#child.on('message', (answer: EstimateAnswer) => this.#resolve(answer));
    const ended = (how: string): void => {
      this.#end ??= how;
      this.#resolve(this.#lost);
    };
    this.#child.on('error', (cause) => ended(cause.message));
    this.#child.on('close', (code, signal) => ended(signal ?? `exit code ${code}`));
  }

  /** Whether it can be asked. */
  get isAlive(): boolean {
    return this.#end === undefined && this.#child.connected;
  }

  /** The estimate of one run, one at a time. Never rejects: what went wrong is the answer's reason. */
  ask({ spec, baseDirectory }: EstimateQuestion): Promise<EstimateAnswer> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      // Nothing of a run is tracked here, and its passwords stay where they are.
      if (this.isAlive) this.#child.send({ spec: { ...spec, tracking: [] }, baseDirectory }, () => undefined);
      else resolve(this.#lost);
    });
  }

  /** Ends the process. */
  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  get #lost(): EstimateAnswer {
    return { reason: `its process ended with ${this.#end}: ${this.#said.trim().split('\n').at(-1) || 'no output'}` };
  }
}
