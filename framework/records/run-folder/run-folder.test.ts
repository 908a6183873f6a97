import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { RunEvent } from '../../contracts/run-event.ts';
import { readReportedRuns } from '../../analysis/report/reported-run.ts';
import { specChanges } from '../../runs/plan/changed-spec.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { createRunFolder } from './create-run-folder.ts';
import { Journal } from '../journal/journal.ts';
import { processSpace } from '../../base/system/is-process-alive.ts';
import { lockRunFolder } from './lock-run-folder.ts';
import { readSummary, summarize } from './summary.ts';
import { whileHolding } from './while-holding.ts';

const use = (
  plugin: string,
  options: Record<string, unknown> = {},
): { plugin: string; options: Record<string, unknown> } => ({ plugin, options });
const run: PlannedRun = {
  id: 'softmax-seed-1-abc123',
  label: 'softmax · seed 1',
  point: { seed: 1 },
  secrets: { 'tracking.0.mlflow.user': '${env:MLFLOW_USER}' },
  spec: {
    name: 'quick',
    description: '',
    seed: 1,
    device: 'auto',
    threads: 2,
    dataset: use('glyphs', { classes: 10 }),
    sampler: use('shuffle'),
    backbone: use('mlp'),
    head: null,
    losses: [{ ...use('softmax'), weight: 1 }],
    optimizer: use('sgd', { momentum: 0.9 }),
    schedule: use('constant', { rate: 0.1 }),
    train: { epochs: 1, batch: 32, steps: null, checkpointEvery: 1, keep: 2, validateEvery: 0, clipGradientNorm: null },
    evaluate: [use('accuracy')],
    figures: [],
    tracking: [
      use('mlflow', {
        url: 'https://me:hunter2@mlflow.example',
        note: 'is correct-horse',
        password: 'opensesame',
        user: 'from-env',
      }),
    ],
  },
};
const parent = (): string => mkdtempSync(join(tmpdir(), 'ablate-folder-'));
const request = (folder: string) => ({
  parent: folder,
  experiment: 'quick',
  run,
  specFile: join(import.meta.dirname, 'spec.yaml'),
});

afterEach(() => vi.unstubAllEnvs());

describe('a run folder', () => {
  it('holds the resolved spec as a spec file would say it, without secrets', async () => {
    vi.stubEnv('MLFLOW_TRACKING_PASSWORD', 'correct-horse');
    const spec = { ...run.spec, description: 'uses ${env:ANY}' };
    const { folder, lock } = await createRunFolder({ ...request(parent()), run: { ...run, spec } });
    const text = readFileSync(folder.spec, 'utf8');
    await lock.release();
    expect(text).not.toMatch(/hunter2|correct-horse|opensesame|from-env/);
    expect(parse(text)).toMatchObject({
      name: 'quick',
      description: 'uses $${env:ANY}',
      seed: 1,
      dataset: { glyphs: { classes: 10 } },
      head: null,
      losses: [{ softmax: {}, weight: 1 }],
      tracking: [
        {
          mlflow: {
            url: 'https://mlflow.example',
            note: 'is $${env:MLFLOW_TRACKING_PASSWORD}',
            password: '***',
            user: '${env:MLFLOW_USER}',
          },
        },
      ],
    });
  });

  it('tells the commit, the versions and the command', async () => {
    const { folder, lock } = await createRunFolder(request(parent()));
    await lock.release();
    expect(JSON.parse(readFileSync(join(folder.directory, 'provenance.json'), 'utf8'))).toMatchObject({
      version: 1,
      ablate: '0.1.0',
      node: process.version,
      packages: { '@tensorflow/tfjs': expect.stringMatching(/^4\./) },
      git: { commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
  });

  it('sums its journal up', async () => {
    const { folder, lock } = await createRunFolder(request(parent()));
    expect(await readSummary(folder)).toMatchObject({
      version: 1,
      status: 'running',
      label: 'softmax · seed 1',
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const journal = Journal.open(folder);
    const evaluated = (role: string, accuracy: number): RunEvent => ({
      type: 'evaluated',
      role,
      epoch: 1,
      step: 3,
      metrics: { accuracy },
      intervals: { accuracy: [0.1, 0.9] },
      curves: {},
    });
    journal.append({
      type: 'started',
      epochs: 1,
      stepsPerEpoch: 3,
      steps: 3,
      batch: 32,
      resumedAtStep: 0,
      parameters: 5,
      device: 'cpu',
      classes: 10,
      images: 96,
      dataset: { name: 'glyphs', digest: 'd', source: 'generated' },
    });
    for (const [step, milliseconds] of [10, 40, 30].entries())
      journal.append({ type: 'step', step, epoch: 0, loss: 1, parts: {}, rate: 0.1, milliseconds, images: 32 });
    for (const event of [
      evaluated('validation', 0.4),
      evaluated('test', NaN),
      { type: 'ended', status: 'finished', step: 3 } as const,
    ])
      journal.append(event);
    journal.close();
    expect(await summarize(folder)).toMatchObject({
      status: 'finished',
      metrics: { accuracy: NaN, 'validation/accuracy': 0.4 },
      intervals: { accuracy: [0.1, 0.9] },
      millisecondsPerStep: 30,
      samplesPerSecond: 1200,
      steps: 3,
      device: 'cpu',
    });
    expect(await readSummary(folder)).toMatchObject({ status: 'finished', metrics: { accuracy: NaN } });
    expect((await readSummary(folder)).peakMemoryBytes).toBeGreaterThan(1e7);
    await lock.release();
  });

  it('tells of damaged lines of its journal, in its summary and in a report', async () => {
    const { folder, lock } = await createRunFolder(request(parent()));
    const journal = Journal.open(folder);
    for (const number of [0, 1, 2])
      journal.append({
        type: 'step',
        step: number,
        epoch: 0,
        loss: 1,
        parts: {},
        rate: 0.1,
        milliseconds: 5,
        images: 32,
      });
    journal.close();
    expect(await summarize(folder)).not.toHaveProperty('damagedLines', expect.any(Number));
    writeFileSync(folder.journal, readFileSync(folder.journal, 'utf8').replace('"step":1', '"step":7'));
    expect(await summarize(folder)).toMatchObject({ damagedLines: 1, steps: 2 });
    expect(await readSummary(folder)).toMatchObject({ damagedLines: 1 });
    const {
      runs: [reported],
    } = await readReportedRuns([folder], (directory) => directory);
    expect(reported!.warnings).toEqual(['One line of the journal is damaged and left out.']);
    writeFileSync(folder.spec, '');
    const { unread } = await readReportedRuns([folder], () => 'here');
    expect(unread).toEqual([
      { directory: 'here', problem: expect.stringContaining(`${folder.spec} is damaged: it holds no spec.`) },
    ]);
    await expect(specChanges(folder, run)).rejects.toMatchObject({ code: 'RUN_FOLDER' });
    await lock.release();
  });

  it('starts over where asked', async () => {
    const folder = parent();
    const first = await createRunFolder(request(folder));
    writeFileSync(first.folder.journal, 'old');
    const { uuid } = await readSummary(first.folder);
    await first.lock.release();
    const second = await createRunFolder({ ...request(folder), fresh: true });
    expect(existsSync(second.folder.journal)).toBe(false);
    expect((await readSummary(second.folder)).uuid).not.toBe(uuid);
    await second.lock.release();
  });
});

describe('a run folder that is emptied', () => {
  it('is emptied to its end by whoever takes it after a kill half way', async () => {
    const folder = parent();
    const first = await createRunFolder(request(folder));
    const { checkpoints, summary, journal } = first.folder;
    await first.lock.release();
    // What a kill leaves after the first of the old run's files has gone.
    writeFileSync(join(checkpoints, 'step-000000009.safetensors'), 'old');
    writeFileSync(summary, JSON.stringify({ ...(await readSummary(first.folder)), emptying: true }));
    const second = await createRunFolder(request(folder));
    expect([readdirSync(checkpoints), existsSync(journal)]).toEqual([[], false]);
    expect(await readSummary(second.folder)).not.toHaveProperty('emptying');
    await second.lock.release();
  });
});

describe('the lock of a run folder', () => {
  it('refuses a second holder and lets the next one in', async () => {
    const folder = parent();
    const lock = await lockRunFolder(folder);
    await expect(lockRunFolder(folder)).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: expect.stringContaining(`in use by process ${process.pid} on ${hostname()}`),
    });
    await lock.release();
    await (await lockRunFolder(folder)).release();
  });

  it('is taken over from a killed process, by one of many', async () => {
    const folder = parent();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const owner = { version: 1, id: 'child', pid: child.pid, started: '', host: hostname() };
    writeFileSync(join(folder, 'lock'), JSON.stringify(owner));
    await expect(lockRunFolder(folder)).rejects.toThrow('in use');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => lockRunFolder(folder)));
    const winners = takers.filter((taker) => taker.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await winners[0]!.value.release();
  });

  it('is taken over where its process id was given to another process', async () => {
    const folder = parent();
    writeFileSync(
      join(folder, 'lock'),
      JSON.stringify({ version: 1, id: 'old', pid: process.pid, started: '1', host: hostname() }),
    );
    if (process.platform === 'linux') await (await lockRunFolder(folder)).release();
    else await expect(lockRunFolder(folder)).rejects.toThrow('in use');
  });

  it('of another machine is respected while it is renewed', async () => {
    const folder = parent();
    const lock = join(folder, 'lock');
    writeFileSync(lock, JSON.stringify({ version: 1, id: 'far', pid: 1, started: '', host: 'elsewhere' }));
    await expect(lockRunFolder(folder)).rejects.toThrow('process 1 on elsewhere');
    const old = new Date(Date.now() - 300_000);
    utimesSync(lock, old, old);
    await (await lockRunFolder(folder)).release();
  });

  it('of another container or start of this machine is judged by its renewals, whatever process has its id here', async () => {
    const folder = parent();
    const lock = join(folder, 'lock');
    const owner = { version: 1, id: 'container', pid: 2 ** 22 + 1, started: '', space: 'another', host: hostname() };
    writeFileSync(lock, JSON.stringify(owner));
    await expect(lockRunFolder(folder)).rejects.toThrow(/in use by process 4194305 .*renewed nothing for two minutes/s);
    const old = new Date(Date.now() - 121_000);
    utimesSync(lock, old, old);
    const taken = await lockRunFolder(folder);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ host: hostname(), space: processSpace() });
    await taken.release();
  });

  it('is seen to be lost at the next record, not half a minute later', async () => {
    const folder = parent();
    const lock = await lockRunFolder(folder);
    lock.confirm();
    const other = join(folder, 'other');
    writeFileSync(other, JSON.stringify({ version: 1, id: 'other', pid: 9, started: '', host: 'elsewhere' }));
    renameSync(other, join(folder, 'lock'));
    expect(() => lock.confirm()).toThrow('in use by process 9 on elsewhere');
    await lock.release();
  });

  it('is held where the answer to its link was lost on the way, and the link asked for again (NFS)', async () => {
    const { link } = promises;
    let lost = false;
    promises.link = async (from, to) => {
      await link(from, to);
      if (lost) return;
      lost = true;
      throw Object.assign(new Error('EEXIST: file already exists, link'), { code: 'EEXIST' });
    };
    syncBuiltinESMExports();
    try {
      const folder = parent();
      await (await lockRunFolder(folder)).release();
      expect(lost).toBe(true);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      promises.link = link;
      syncBuiltinESMExports();
    }
  });

  it('clears away what takers left that were killed long ago, and leaves those alone that are at it', async () => {
    const folder = parent();
    const old = new Date(Date.now() - 300_000);
    for (const name of ['lock.0123abcd', 'lock.notes']) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), old, old);
    }
    writeFileSync(join(folder, 'lock.ffffffff'), '');
    await (await lockRunFolder(folder)).release();
    expect(readdirSync(folder).sort()).toEqual(['lock.ffffffff', 'lock.notes']);
  });

  describe('whose process an engine ran on another machine', () => {
    const job = { launcher: 'slurm', id: '7_2', restart: 1 };
    const heldBy = (owner: object, seconds: number): { folder: string; lock: string } => {
      const folder = parent();
      const lock = join(folder, 'lock');
      writeFileSync(lock, JSON.stringify({ version: 1, id: 'far', pid: 1, started: '', host: 'elsewhere', ...owner }));
      const then = new Date(Date.now() - seconds * 1000);
      utimesSync(lock, then, then);
      return { folder, lock };
    };

    it('goes to the same task begun again, once it is silent for 35 seconds', async () => {
      const { folder, lock } = heldBy({ job: { ...job, restart: 0 } }, 60);
      const taken = await lockRunFolder(folder, { job });
      expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ host: hostname(), job });
      await taken.release();
      await expect(lockRunFolder(heldBy({}, 60).folder, { job })).rejects.toThrow('in use');
      await expect(lockRunFolder(heldBy({ job: { ...job, restart: 2 } }, 60).folder, { job })).rejects.toThrow(
        'in use',
      );
    });

    it('goes to anybody where the engine says that it has ended, and to nobody where it says no or nothing', async () => {
      const asked: string[] = [];
      const saying = (answer: boolean | undefined) => ({
        isOver: async ({ id }: { id: string }) => (asked.push(id), answer),
      });
      await (await lockRunFolder(heldBy({ job }, 60).folder, saying(true))).release();
      await expect(lockRunFolder(heldBy({ job }, 60).folder, saying(false))).rejects.toThrow('in use');
      await expect(lockRunFolder(heldBy({ job }, 60).folder, saying(undefined))).rejects.toThrow('in use');
      expect(asked).toEqual(['7_2', '7_2', '7_2']);
    });

    it('stays with a process that goes on although the engine has lost sight of it', async () => {
      const { folder, lock } = heldBy({ job: { ...job, restart: 0 } }, 20);
      setTimeout(() => writeFileSync(lock, readFileSync(lock)), 500);
      await expect(lockRunFolder(folder, { job })).rejects.toThrow('process 1 on elsewhere');
    });
  });

  it('is seen to be lost by a process that was asleep while another took it over', async () => {
    const folder = parent();
    const lock = await lockRunFolder(folder);
    lock.confirm();
    writeFileSync(
      join(folder, 'lock'),
      JSON.stringify({ version: 1, id: 'other', pid: 9, started: '', host: 'elsewhere' }),
    );
    const later = performance.now() + 31_000;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => later);
    expect(() => lock.confirm()).toThrow('in use by process 9 on elsewhere');
    clock.mockRestore();
    await lock.release();
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toContain('other');
  });

  it('lets those in one by one who wait for each other', async () => {
    const folder = parent();
    let [inside, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 5 }, () =>
        whileHolding(folder, async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setTimeout(resolve, 5));
          inside--;
        }),
      ),
    );
    expect(most).toBe(1);
    const lock = await lockRunFolder(folder);
    await expect(whileHolding(folder, async () => undefined, 200)).rejects.toMatchObject({ code: 'RUN_FOLDER' });
    await lock.release();
  });
});
