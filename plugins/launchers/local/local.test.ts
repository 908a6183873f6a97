import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { Launch, LaunchRequest } from 'ablate-ml';
import { localLauncher } from './local.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const requestOf = (script: string): LaunchRequest => {
  const directory = mkdtempSync(join(tmpdir(), 'ablate-local-'));
  folders.push(directory);
  mkdirSync(join(directory, 'logs'));
  return {
    experiment: 'x',
    directory,
    logs: join(directory, 'logs'),
    threads: 1,
    workingDirectory: directory,
    tasks: [0, 1, 2].map((index) => ({ index, id: `r${index}`, label: '' })),
    command: ['bash', '-c', script, 'task'],
  };
};
const launcher = localLauncher({ parallel: 2, gpus: 2, threads: 1, retries: 2 });
const launched = async (request: LaunchRequest): Promise<Launch> => ({
  directory: request.directory,
  tasks: request.tasks,
  job: (await launcher.launch(request)).job!,
});
const words = async (launch: Launch): Promise<string[]> =>
  (await launcher.tasks!(launch)).map(({ words: said }) => said);
async function over(launch: Launch): Promise<string[]> {
  while ((await launcher.tasks!(launch)).some(({ state }) => state !== 'over')) await sleep(20);
  return words(launch);
}

test('a task that is killed begins again as often as it may, one that fails does not', async () => {
  const request = requestOf(
    'echo "$1 on GPU $CUDA_VISIBLE_DEVICES"; [ $1 = 0 ] && exit 0; [ $1 = 1 ] && exit 2; kill -9 $$',
  );
  const launch = await launched(request);
  expect(await over(launch)).toEqual(['ended with exit code 0', 'ended with exit code 2', 'ended with exit code 137']);
  const said = (index: number): string[] =>
    readFileSync(join(request.logs, `${index}.txt`), 'utf8')
      .split('\n')
      .filter((line) => line.includes(' on GPU '));
  expect([0, 1, 2].map((index) => said(index).length)).toEqual([1, 1, 3]);
  expect(said(0)[0]).toMatch(/^0 on GPU [01]$/);
});

test('no more than `parallel` run at a time, and cancelling ends those and lets no other begin', async () => {
  const launch = await launched(requestOf('trap "exit 143" TERM; while :; do sleep 0.05; done'));
  const states = async (): Promise<string[]> => (await launcher.tasks!(launch)).map(({ state }) => state);
  while ((await states()).filter((state) => state === 'running').length < 2) await sleep(20);
  expect(await states()).toEqual(['running', 'running', 'queued']);
  await launcher.cancel!(launch);
  await over(launch);
  expect((await words(launch))[2]).toBe('its launch is gone');
});

test('a launch of another machine is not judged from here', async () => {
  await expect(launcher.tasks!({ directory: '/x', job: '12@elsewhere', tasks: [] })).rejects.toMatchObject({
    code: 'LAUNCH_REFUSED',
    message: expect.stringContaining('runs on elsewhere'),
  });
});

describe("cancelling ends no group but the launch's own", () => {
  /** A launch as a folder from elsewhere, or from before a restart of the machine, has it. */
  const recorded = (job: string): Launch => {
    const { directory, tasks } = requestOf('true');
    return { directory, tasks, job };
  };

  test.runIf(process.platform === 'linux')('where its number was given to another program', async () => {
    const other = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    try {
      for (const job of [`${other.pid}@${hostname()}#1`, `${other.pid}@${hostname()}`]) {
        const launch = recorded(job);
        expect(await words(launch)).toEqual(['its launch is gone', 'its launch is gone', 'its launch is gone']);
        await launcher.cancel!(launch);
      }
      // A signal that was sent would have been taken by now: this one follows it.
      const ended = new Promise((resolve) => other.once('exit', (_, signal) => resolve(signal)));
      other.kill('SIGINT');
      expect(await ended).toBe('SIGINT');
    } finally {
      other.kill('SIGKILL');
    }
  });

  test.each(['1', '0', '', '-1', '1e3', '01'].map((pid) => `${pid}@${hostname()}`))(
    'where it is %s, which stands for more',
    async (job) => {
      await expect(launcher.cancel!(recorded(job))).rejects.toMatchObject({ code: 'LAUNCH_REFUSED' });
      await expect(launcher.tasks!(recorded(job))).rejects.toMatchObject({ code: 'LAUNCH_REFUSED' });
    },
  );

  test('and empties no file that a link in its folder leads to', async () => {
    const launch = await launched(requestOf('exit 0'));
    await over(launch);
    writeFileSync(join(launch.directory, 'mine.txt'), 'mine');
    symlinkSync('mine.txt', join(launch.directory, 'cancelled'));
    await launcher.cancel!(launch);
    expect(readFileSync(join(launch.directory, 'mine.txt'), 'utf8')).toBe('mine');
  });
});
