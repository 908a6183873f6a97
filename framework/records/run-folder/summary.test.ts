import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runFolderAt } from './create-run-folder.ts';
import { readSummary } from './summary.ts';

const folder = runFolderAt(mkdtempSync(join(tmpdir(), 'ablate-summary-')));
afterAll(() => rmSync(folder.directory, { recursive: true }));

const good = {
  version: 1,
  id: 'center-0.003-seed-1-abc12345',
  uuid: '3e1c9a54-0000-4000-8000-000000000000',
  experiment: 'Omniglot 2',
  name: 'omniglot',
  label: 'center',
  point: {},
  seed: 1,
  status: 'finished',
  metrics: { accuracy: 0.5, loss: 'NaN' },
  intervals: {},
  device: null,
  steps: 1,
  millisecondsPerStep: null,
  samplesPerSecond: null,
  peakMemoryBytes: null,
  seconds: 1,
  started: null,
  ended: null,
};
const read = (changes: object): Promise<unknown> => {
  writeFileSync(folder.summary, JSON.stringify({ ...good, ...changes }));
  return readSummary(folder);
};

describe("a summary that may be a stranger's", () => {
  it('is read with the numbers that JSON lacks', async () =>
    expect(await read({})).toEqual({ ...good, metrics: { accuracy: 0.5, loss: NaN } }));

  it.each<[string, object]>([
    ['experiment', { experiment: '../../mine-elsewhere' }],
    ['experiment', { experiment: '/etc' }],
    ['experiment', { experiment: '..' }],
    ['experiment', { experiment: 'a\\b' }],
    ['experiment', { experiment: 'a\nb' }],
    ['experiment', { experiment: 3 }],
    ['id', { id: '../x' }],
    ['id', { id: '' }],
    ['id', { id: '.hidden' }],
    ['id', { id: `a/${'b'.repeat(9)}` }],
    ['id', { id: undefined }],
    ['uuid', { uuid: "x' OR '1' = '1" }],
    ['metrics', { metrics: null }],
    ['metrics', { metrics: [] }],
  ])('is refused where its %s is none: %j', async (key, changes) => {
    await expect(read(changes)).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: expect.stringContaining(`is damaged: ${key}: `),
    });
  });

  it('is not waited for where it is a pipe', async () => {
    rmSync(folder.summary);
    execFileSync('mkfifo', [folder.summary]);
    await expect(readSummary(folder)).rejects.toThrow('this is a device or pipe');
  });
});
