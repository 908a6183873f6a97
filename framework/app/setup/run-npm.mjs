import { spawn } from 'node:child_process';
import fs from 'node:fs';

/**
 * Runs npm to its end: the one that started this process, else the one on the path. Timers go on meanwhile, those that
 * renew a lock among them.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @param {import('node:child_process').StdioOptions} [stdio] collected where it is left out
 * @returns {Promise<{status: number | null, output: string}>} output is empty where it was not collected
 */
export function runNpm(args, cwd, stdio = ['ignore', 'pipe', 'pipe']) {
  const npm = process.env.npm_execpath;
  const [file, prefix] =
    npm && /npm-cli\.[cm]?js$/.test(npm) && fs.existsSync(npm) ? [process.execPath, [npm]] : ['npm', []];
  return new Promise((resolve) => {
    const child = spawn(file, [...prefix, ...args], {
      cwd,
      stdio,
      shell: prefix.length === 0 && process.platform === 'win32',
    });
    const said = { stderr: '', stdout: '' };
    for (const name of ['stderr', 'stdout'])
      child[name]?.setEncoding('utf8').on('data', (text) => (said[name] += text));
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    child.on('close', (status) => resolve({ status, output: said.stderr + said.stdout }));
  });
}
