import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { isProcessAlive } from '../../framework/base/system/is-process-alive.ts';
import { TestServer } from './test-server.ts';

/** A server with a process of its own below it: writes the numbers of both, and ends only where it is killed. */
const program = `const below = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
process.on('SIGINT', () => undefined);
console.log(JSON.stringify([process.pid, below.pid]));
setInterval(() => undefined, 1000);`;

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const areGone = (pids: readonly number[]) => (): boolean => pids.every((pid) => !isProcessAlive(pid, ''));

it('is ended with all of its processes, and says when it has ended by itself', async () => {
  const log = join(mkdtempSync(join(tmpdir(), 'ablate-server-')), 'log');
  const server = new TestServer(process.execPath, ['-e', program], { log });
  await until(() => readFileSync(log, 'utf8').endsWith('\n'));
  const pids = JSON.parse(readFileSync(log, 'utf8')) as number[];
  expect([server.hasEnded, areGone(pids)()]).toEqual([false, false]);
  await server.stop();
  await until(areGone(pids));
  expect(server.hasEnded).toBe(true);
  const brief = new TestServer(process.execPath, ['-e', '']);
  await until(() => brief.hasEnded);
  await brief.stop();
});

it.each(['SIGINT', 'SIGKILL'] as const)('does not outlive the process of the test, which %s ends', async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), 'ablate-server-'));
  const test = `const { TestServer } = await import(${JSON.stringify(new URL('./test-server.ts', import.meta.url).href)});
    new TestServer(process.execPath, ['-e', ${JSON.stringify(program)}], { log: 'log' });
    console.log('begun');
    setInterval(() => undefined, 1000);`;
  const child = spawn(
    process.execPath,
    [
      '--import',
      new URL('../../framework/app/bin/register.mjs', import.meta.url).href,
      '--input-type=module',
      '-e',
      test,
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(createInterface(child.stdout!), 'line');
  const log = join(folder, 'log');
  await until(() => readFileSync(log, 'utf8').endsWith('\n'));
  const pids = JSON.parse(readFileSync(log, 'utf8')) as number[];
  child.kill(signal);
  await until(areGone(pids));
});
