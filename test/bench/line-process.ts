import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** A child process that answers each line with one line of JSON. */
export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    }) as unknown as ChildProcessWithoutNullStreams;
    this.#reader = createInterface({ input: this.#child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** The next line, parsed; lines that are not JSON are passed over. */
  async read<T>(): Promise<T> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`${this.#child.spawnargs.join(' ')} ended before it answered.`);
      try {
        return JSON.parse(value) as T;
      } catch {
        // A library's own chatter.
      }
    }
  }

  /** Sends a line and reads the answer. */
  async ask<T>(line: string): Promise<T> {
    this.#child.stdin.write(`${line}\n`);
    return this.read<T>();
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    await new Promise((resolve) => this.#child.once('exit', resolve));
  }
}
