import { vi } from 'vitest';
import { runCommandLine } from '../../framework/app/cli/command-line.ts';
import type { Ended } from './ablate.ts';

/**
 * Calls `ablate` in this process, which takes a tenth of the time of one of its own: for commands that choose no
 * device, or the one that this process has. One call at a time.
 */
export async function ablateHere(
  args: readonly string[],
  { cwd = process.cwd() }: { readonly cwd?: string } = {},
): Promise<Ended> {
  const ended = { stdout: '', stderr: '' };
  const folder = process.cwd();
  const heard = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk, ...others) => {
      ended[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      const done = others.find((other) => typeof other === 'function') as (() => void) | undefined;
      done?.();
      return true;
    }),
  );
  try {
    process.chdir(cwd);
    await runCommandLine(args);
    return { code: Number(process.exitCode ?? 0), signal: null, ...ended };
  } finally {
    process.exitCode = undefined;
    process.chdir(folder);
    for (const spy of heard) spy.mockRestore();
  }
}
