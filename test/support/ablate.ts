import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../framework/app/bin/ablate.mjs', import.meta.url));

/** How a command of `ablate` ended. */
export interface Ended {
  readonly code: number | null;
  /** What killed it. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test may change about a call. */
export interface Call {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Node binary; the one that runs the tests where it is left out. */
  readonly node?: string;
  /** Gets the means to signal the process as soon as there is one. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Hears standard error as it comes, with the means to signal the process. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Calls `ablate` in a process of its own, as a user would. */
export function ablate(args: readonly string[], call: Call = {}): Promise<Ended> {
  return ended(call.node ?? process.execPath, [command, ...args], call);
}

/**
 * Has a shell run a line such as `npx ablate run *.yaml`, as it is typed. It is bash with `failglob`: a pattern that
 * means no file is an error, as in zsh, where other shells would hand it on as it stands.
 */
export function typed(line: string, call: Call = {}): Promise<Ended> {
  const npx = 'npx() { shift; "$ABLATE_NODE" "$ABLATE_COMMAND" "$@"; }';
  const env = { ...call.env, ABLATE_NODE: call.node ?? process.execPath, ABLATE_COMMAND: command };
  return ended('bash', ['-O', 'failglob', '-c', `${npx}\n${line}`], { ...call, env });
}

function ended(file: string, args: readonly string[], call: Call): Promise<Ended> {
  const { MLFLOW_TRACKING_URI: _, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1', ...call.env };
  const child = spawn(file, args, { cwd: call.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const heard = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard.stderr += text;
    call.onStderr?.(text, (signal) => child.kill(signal));
  });
  call.onStart?.((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...heard }));
  });
}
