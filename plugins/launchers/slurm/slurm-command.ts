import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AblateError } from 'ablate-ml';

/** What a command of Slurm came to. */
export interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  /** Why not, in Slurm's words. */
  readonly reason: string;
}

const patience = 60_000;

/** Calls a command of Slurm. @throws AblateError LAUNCH_REFUSED where there is no such command */
export async function slurm(command: string, ...args: readonly string[]): Promise<Answer> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { timeout: patience, maxBuffer: 1 << 27 });
    return { ok: true, stdout, reason: '' };
  } catch (cause) {
    const { code, stderr, stdout, message } = cause as Error & {
      code?: number | string;
      stderr?: string;
      stdout?: string;
    };
    if (code === 'ENOENT')
      throw new AblateError('LAUNCH_REFUSED', `There is no ${command} here.`, {
        cause,
        remedy: "Call this on a machine of the cluster that has Slurm's commands.",
      });
    return { ok: false, stdout: stdout ?? '', reason: (stderr ?? '').trim().split('\n').at(-1) || message };
  }
}

/**
 * Calls `slurm` and returns what it prints. @throws AblateError LAUNCH_REFUSED with
 * Slurm's own reason
 */
export async function slurmOutput(command: string, ...args: readonly string[]): Promise<string> {
  const { ok, stdout, reason } = await slurm(command, ...args);
  if (ok) return stdout;
  const remedy = /array/i.test(reason)
    ? 'A cluster has a longest array (scontrol show config | grep MaxArraySize): launch part of the runs with --only.'
    : "Change what the spec's launch asks for.";
  throw new AblateError('LAUNCH_REFUSED', `${command} refuses: ${reason}`, { remedy });
}
