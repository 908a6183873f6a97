import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
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
  return { experiment: 'x', directory, logs: join(directory, 'logs'), threads: 1, workingDirectory: directory, tasks: [0, 1, 2].map((index) => ({ index, id: `r${index}`, label: '' })), command: ['bash', '-c', script, 'task'] };
};
const launcher = localLauncher({ parallel: 2, gpus: 2, retries: 2 });
const launched = async (request: LaunchRequest): Promise<Launch> => ({ directory: request.directory, tasks: request.tasks, job: (await launcher.launch(request)).job! });
const words = async (launch: Launch): Promise<string[]> => (await launcher.tasks!(launch)).map(({ words: said }) => said);
async function over(launch: Launch): Promise<string[]> {
  while ((await launcher.tasks!(launch)).some(({ state }) => state !== 'over')) await sleep(20);
  return words(launch);
}

test('a task that is killed begins again as often as it may, one that fails does not', async () => {
  const request = requestOf('echo "$1 on GPU $CUDA_VISIBLE_DEVICES"; [ $1 = 0 ] && exit 0; [ $1 = 1 ] && exit 2; kill -9 $$');
  const launch = await launched(request);
  expect(await over(launch)).toEqual(['ended with exit code 0', 'ended with exit code 2', 'ended with exit code 137']);
  const said = (index: number): string[] => readFileSync(join(request.logs, `${index}.txt`), 'utf8').split('\n').filter((line) => line.includes(' on GPU '));
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
  await expect(launcher.tasks!({ directory: '/x', job: '12@elsewhere', tasks: [] })).rejects.toMatchObject({ code: 'LAUNCH_REFUSED', message: expect.stringContaining('runs on elsewhere') });
});
