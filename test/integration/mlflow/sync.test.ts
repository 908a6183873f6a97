import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockRunFolder } from '../../../framework/records/run-folder/lock-run-folder.ts';
import { metricsOfJournal } from '#test/expected-metrics';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { evaluated, plannedRun, started, step, writtenRun } from '#test/written-run';

const mlflow = findMlflow();

async function sync(
  url: string | undefined,
  ...args: string[]
): Promise<{
  code: number;
  runs: { dir: string; outcomes: { complete: boolean; problem?: string; url?: string }[]; warnings: string[] }[];
}> {
  const { MLFLOW_TRACKING_URI: _, ...environment } = process.env;
  const env = { ...environment, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1', ...(url && { MLFLOW_TRACKING_URI: url }) };
  const bin = join(import.meta.dirname, '../../../framework/app/bin/ablate.mjs');
  const { stdout, code } = await promisify(execFile)(process.execPath, [bin, 'sync', '--json', ...args], { env }).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  return { code, ...(JSON.parse(stdout) as { runs: [] }) };
}

describe.skipIf('missing' in mlflow)(
  `ablate sync${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let server: MlflowServer;
    beforeAll(async () => {
      server = await MlflowServer.start((mlflow as { python: string }).python);
    });
    afterAll(() => server?.stop());

    it('brings a whole experiment over that no server saw, again and again to the same result', async () => {
      const first = await writtenRun({ experiment: 'offline', run: plannedRun({ id: 'one', label: 'one' }) });
      const parent = dirname(first.folder.directory);
      const second = await writtenRun({ parent, experiment: 'offline', run: plannedRun({ id: 'two', label: 'two' }) });
      first.append(
        started(),
        ...Array.from({ length: 500 }, (_, number) => step(number)),
        evaluated(500, { accuracy: 0.9 }),
        { type: 'ended', status: 'finished', step: 500 },
      );
      second.append(started(), step(0), {
        type: 'ended',
        status: 'failed',
        step: 1,
        error: { code: 'RUN_FAILED', message: 'no' },
      });
      await Promise.all([first.close(), second.close()]);

      expect(await sync('http://127.0.0.1:9', parent)).toMatchObject({
        code: 1,
        runs: [
          { outcomes: [{ complete: false, problem: expect.stringContaining('ECONNREFUSED') }] },
          { outcomes: [{ complete: false }] },
        ],
      });
      expect(await sync(server.url, parent)).toMatchObject({
        code: 0,
        runs: [{ outcomes: [{ complete: true }] }, { outcomes: [{ complete: true }] }],
      });
      const runs = await server.runs('offline');
      expect(runs.map(({ name, status }) => `${name} ${status}`).sort()).toEqual(['one FINISHED', 'two FAILED']);
      const read = async () => Promise.all(runs.map(({ id }) => server.run(id)));
      const there = await read();
      expect(there.find(({ name }) => name === 'one')!.metrics).toEqual(metricsOfJournal(first.folder.journal));

      // The address is known from the last time; the cursor is not needed.
      expect(await sync(undefined, first.folder.directory)).toMatchObject({
        code: 0,
        runs: [{ outcomes: [{ complete: true }] }],
      });
      rmSync(join(first.folder.directory, 'mlflow.json'));
      expect((await sync(server.url, parent)).code).toBe(0);
      expect(await read()).toEqual(there);
      expect(await server.runs('offline')).toHaveLength(2);
      const [sweep] = await server.sweeps('offline');
      expect(sweep).toMatchObject({ status: 'FAILED' });
      const { start, end } = await server.run(sweep!.id);
      expect(start).toBeLessThan(end!);
    });

    it('sends what a journal that a power cut cut back holds since, and tells of its damaged lines', async () => {
      const run = await writtenRun({ experiment: 'cut' });
      run.append(started(), ...Array.from({ length: 8 }, (_, number) => step(number)));
      await run.close();
      expect(await sync(server.url, run.folder.directory)).toMatchObject({ code: 0, runs: [{ warnings: [] }] });
      // The last five records never reached the disk; the run went on from its beginning, with other values and for
      // longer.
      const lines = readFileSync(run.folder.journal, 'utf8').trimEnd().split('\n');
      writeFileSync(run.folder.journal, `${[...lines.slice(0, 3), '\0\0\0', lines[3]].join('\n')}\n`);
      const again = await writtenRun({ parent: dirname(run.folder.directory), experiment: 'cut' });
      again.journal.rewind(0);
      again.append(started(), ...Array.from({ length: 10 }, (_, number) => step(number, 5)), {
        type: 'ended',
        status: 'finished',
        step: 10,
      });
      await again.close();
      expect(await sync(server.url, run.folder.directory)).toMatchObject({
        code: 0,
        runs: [{ warnings: ['One line of the journal is damaged and left out.'] }],
      });
      const [found] = await server.runs('cut');
      const there = await server.run(found!.id);
      expect(there.metrics['train/loss']!.filter(({ value }) => Number(value) === 5)).toHaveLength(10);
      expect(there.tags['ablate.logged-again']).toContain('train/loss');
    });

    it('leaves a run alone that goes on in another process', async () => {
      const run = await writtenRun();
      run.append(started());
      await run.close();
      const lock = await lockRunFolder(run.folder.directory);
      expect(await sync(server.url, run.folder.directory)).toMatchObject({
        code: 1,
        runs: [
          { outcomes: [{ complete: false, problem: expect.stringContaining(`in use by process ${process.pid}`) }] },
        ],
      });
      await lock.release();
    });
  },
);
