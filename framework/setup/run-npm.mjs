import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * Runs npm to its end: the one that started this process, else the one on the path.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @param {import('node:child_process').StdioOptions} [stdio] collected where it is left out
 * @returns {{status: number | null, output: string}} output is empty where it was not collected
 */
export function runNpm(args, cwd, stdio = ['ignore', 'pipe', 'pipe']) {
  const npm = process.env.npm_execpath;
  const [file, prefix] = npm && /npm-cli\.[cm]?js$/.test(npm) && fs.existsSync(npm) ? [process.execPath, [npm]] : ['npm', []];
  const result = spawnSync(file, [...prefix, ...args], { cwd, stdio, encoding: 'utf8', shell: prefix.length === 0 && process.platform === 'win32' });
  return { status: result.status, output: result.error?.message ?? `${result.stderr ?? ''}${result.stdout ?? ''}` };
}
