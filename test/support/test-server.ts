import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const guard = fileURLToPath(new URL('./server-guard.mjs', import.meta.url));

/** How a server is started. */
export interface ServerCall {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** File that its output is added to; nobody hears it where there is none. */
  readonly log?: string;
}

/**
 * A server that a test has started, with all processes of its group: it ends when the test says so, and with the
 * process of the test, however that ends.
 */
export class TestServer {
  readonly #guard: ChildProcess;

  /** Starts a server; whether it serves is for the caller to find out. */
  constructor(command: string, args: readonly string[], { cwd, env, log }: ServerCall = {}) {
    const output = log === undefined ? ('ignore' as const) : openSync(log, 'a');
    // A session of its own: Ctrl-C reaches the test, whose end the guard sees by its standard input.
    this.#guard = spawn(process.execPath, [guard, command, ...args], {
      cwd,
      env,
      detached: true,
      stdio: ['pipe', output, output],
    });
    if (typeof output === 'number') closeSync(output);
    // What is written to a guard that is gone matters to nobody.
    this.#guard.stdin!.on('error', () => undefined);
  }

  /** Whether the server has ended by itself. */
  get hasEnded(): boolean {
    return this.#guard.exitCode !== null || this.#guard.signalCode !== null;
  }

  /**
   * Kills the server and waits until it is gone; with `patience`, asks it to end first and gives it so many
   * milliseconds.
   */
  async stop(patience = 0): Promise<void> {
    if (this.hasEnded) return;
    const gone = once(this.#guard, 'exit');
    this.#guard.stdin!.end(`${patience}\n`);
    await gone;
  }
}
