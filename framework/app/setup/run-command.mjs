import { spawn } from 'node:child_process';

/** Python looks for modules in the working folder first, where anybody may have left one. */
const safely = { PYTHONSAFEPATH: '1' };

/**
 * Runs a command to its end and returns what it printed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, onTick?: () => boolean | void, tickMs?: number}} [options] `onTick`
 * is called
 *   every `tickMs` while the command runs; returning false stops it
 * @returns {Promise<{code: number, output: string, stopped: boolean}>} code 127 where the command could not be started
 */
export function runCommand(command, args, { cwd, env = { ...process.env, ...safely }, onTick, tickMs = 250 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stopped = false;
    const collect = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setInterval(() => {
      if (onTick?.() !== false || stopped) return;
      stopped = true;
      child.kill();
    }, tickMs);
    const end = (code) => {
      clearInterval(timer);
      resolve({ code, output, stopped });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}
