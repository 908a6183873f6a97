import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DeviceName } from '../contracts/device.ts';
import type { ProbeAnswer } from './probe-child.ts';

/** Whether a device trains on this machine. */
export interface Probe {
  readonly name: DeviceName;
  readonly works: boolean;
  /** The device in one line; undefined where it does not start. */
  readonly description: string | undefined;
  /** Version of the library that computes. */
  readonly version: string | undefined;
  /** Median of a few tiny training steps; undefined where it does not work. */
  readonly milliseconds: number | undefined;
  /** Why it does not work, one clause. */
  readonly reason: string | undefined;
  /** What to type to mend it. */
  readonly remedy: string | undefined;
}

const TIMEOUT_MS = 120_000;

/**
 * Trains a tiny net on a device, in a process of its own: a library that crashes takes nothing with it. Never throws.
 */
export async function probe(name: DeviceName): Promise<Probe> {
  const source = import.meta.url.endsWith('.ts');
  const child = fileURLToPath(new URL(`./probe-child${source ? '.ts' : '.js'}`, import.meta.url));
  const runner = source ? [fileURLToPath(new URL('../app/bin/ts.mjs', import.meta.url))] : [];
  const { output, end } = await run([...runner, child, name]);
  const line = output.split('\n').findLast((text) => text.startsWith('{"probe":'));
  const answer: ProbeAnswer = line
    ? (JSON.parse(line) as { probe: ProbeAnswer }).probe
    : {
        works: false,
        reason: `its process ended with ${end}: ${lastLine(output)}`,
        remedy: 'Use another device with --device',
      };
  return {
    description: undefined,
    version: undefined,
    milliseconds: undefined,
    reason: undefined,
    remedy: undefined,
    ...answer,
    name,
  };
}

function run(args: readonly string[]): Promise<{ output: string; end: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      env: { ...process.env, ABLATE_STAGE: '0' },
    });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ output, end: error.message }));
    child.on('close', (code, signal) => resolve({ output, end: signal ?? `exit code ${code}` }));
  });
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) || 'no output';
