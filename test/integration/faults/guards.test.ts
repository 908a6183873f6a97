import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { metricsOfJournal } from '#test/expected-metrics';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { ablate, type Call, type Ended } from '#test/ablate';
import { history, onlyRun, weights } from '#test/history';
import { killing } from '#test/kill';

const spec = join(import.meta.dirname, 'killed.yaml');
const mlflow = findMlflow();
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ablate-guards-'));
  folders.push(folder);
  return folder;
};
const clockBack = (readings: number): Call => ({
  env: {
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'clock-back.mjs')).href}`,
    ABLATE_TEST_CLOCK_BACK: String(readings),
  },
});
const times = (dir: string): number[] => [...readJournal(join(dir, 'journal.jsonl'))].map(({ time }) => time);
const contents = (folder: string): { name: string; bytes: Buffer }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));

describe('a run is guarded', { timeout: 600_000 }, () => {
  let reference: string;
  let server: MlflowServer | undefined;
  beforeAll(async () => {
    const out = newFolder();
    const { code, stderr } = await ablate(['run', spec, '--out', out]);
    expect(code, stderr).toBe(0);
    reference = onlyRun(join(out, 'killed'));
    if ('python' in mlflow) server = await MlflowServer.start(mlflow.python);
  });
  afterAll(async () => {
    await server?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const expectSame = (dir: string): void => {
    expect(weights(dir)).toEqual(weights(reference));
    expect(history(dir)).toEqual(history(reference));
  };
  /** A run that was killed in its middle. */
  const killed = async (out: string): Promise<string> => {
    const { signal, stderr } = await ablate(
      ['run', spec, '--out', out],
      killing({ at: 'moment', bytes: 9000, milliseconds: 0 }, join(out, 'killed')),
    );
    expect(signal, stderr).toBe('SIGKILL');
    return onlyRun(join(out, 'killed'));
  };

  it('against a second process, which takes over from a killed one', async () => {
    const out = newFolder();
    const attempt: { second?: Promise<Ended>; pid?: number } = {};
    const first = await ablate(['run', spec, '--out', out], {
      onStart: (kill) => {
        const look = setInterval(() => {
          try {
            const dir = onlyRun(join(out, 'killed'));
            if (statSync(join(dir, 'journal.jsonl')).size < 2000) return;
            attempt.pid = (JSON.parse(readFileSync(join(dir, 'lock'), 'utf8')) as { pid: number }).pid;
          } catch {
            return;
          }
          clearInterval(look);
          // Stopped, it holds its lock and does not end before the second has looked.
          kill('SIGSTOP');
          attempt.second = ablate(['run', spec, '--out', out, '--resume']).finally(() => kill('SIGKILL'));
        }, 5);
      },
    });
    expect(first.signal).toBe('SIGKILL');
    const second = await attempt.second!;
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`in use by process ${attempt.pid} on ${hostname()}`);
    const third = await ablate(['run', spec, '--out', out, '--resume']);
    expect(third.code, third.stderr).toBe(0);
    expectSame(onlyRun(join(out, 'killed')));
  });

  it.each([
    ['while it runs', 15, Infinity],
    ['between its sessions', Infinity, 0],
  ])('against a clock that jumps back %s', async (_when, first, second) => {
    const out = newFolder();
    const { env } = clockBack(first);
    const stopped = await ablate(['run', spec, '--out', out], {
      env,
      ...killing({ at: 'moment', bytes: 9000, milliseconds: 0 }, join(out, 'killed')),
    });
    expect(stopped.signal, stopped.stderr).toBe('SIGKILL');
    const resumed = await ablate(['run', spec, '--out', out, '--resume'], clockBack(second));
    expect(resumed.code, resumed.stderr).toBe(0);
    const dir = onlyRun(join(out, 'killed'));
    expectSame(dir);
    expect(times(dir)).toEqual(times(dir).toSorted((one, other) => one - other));
    const { seconds } = JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as { seconds: number };
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(600);
  });

  it('against a power cut between a checkpoint and the steps before it: the journal is on the disk first', async () => {
    const out = newFolder();
    const trace = join(out, 'trace');
    const env = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'trace-syncs.mjs')).href}`,
      ABLATE_TEST_TRACE: trace,
    };
    // Interrupted in the middle of an epoch, it writes a checkpoint whose steps no end of an epoch has brought to the
    // disk.
    const { onStart } = killing({ at: 'moment', bytes: 9000, milliseconds: 0 }, join(out, 'killed'));
    const stopped = await ablate(['run', spec, '--out', out, '--set', 'train.epochs=400'], {
      env,
      onStart: (kill) => onStart!(() => kill('SIGINT')),
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    const lines = readFileSync(trace, 'utf8').trimEnd().split('\n');
    const named = lines.flatMap((line, index) => (line === 'named' ? [index] : []));
    expect(named.length).toBeGreaterThan(0);
    for (const index of named) expect(lines.slice(0, index).findLast((line) => line !== 'named')).toBe('synced');
  });

  it('against a journal cut in the middle of a line', async () => {
    const out = newFolder();
    const dir = await killed(out);
    const journal = join(dir, 'journal.jsonl');
    const { length } = readFileSync(journal, 'utf8').trimEnd().split('\n').at(-1)!;
    truncateSync(journal, statSync(journal).size - Math.floor(length / 2));
    const resumed = await ablate(['resume', dir]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expectSame(dir);
    const warned = [...readJournal(journal)].flatMap((record) => (record.type === 'warning' ? [record.message] : []));
    expect(warned).toContainEqual(expect.stringMatching(/ended in the middle of a line/));
  });

  it.skipIf('missing' in mlflow)(
    `against the loss of a secret: none in its folder, on the terminal or in MLflow${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
    async () => {
      const secrets = {
        MLFLOW_TRACKING_PASSWORD: 'correct-horse-battery',
        SERVICE_API_KEY: 'sk-4f9a8b7c6d',
        WEIGHTS_TOKEN: 'squeamish/ossifrage',
      };
      const inUrl = 'hunter2hunter2';
      const out = newFolder();
      const url = server!.url.replace('://', `://reader:${inUrl}@`);
      const said = await ablate(
        [
          'run',
          spec,
          '--out',
          out,
          '--set',
          `tracking=[{mlflow: {url: "${url}", experiment: secrets}}]`,
          '--set',
          `description=Uses \${env:SERVICE_API_KEY} and ${secrets.WEIGHTS_TOKEN}.`,
          '--json',
        ],
        { env: { ...secrets, MLFLOW_TRACKING_USERNAME: 'reader' } },
      );
      expect(said.code, said.stderr).toBe(0);
      const failed = await ablate(
        ['run', spec, '--out', out, '--set', `dataset.glyphs.classes=${secrets.SERVICE_API_KEY}`],
        { env: secrets },
      );
      expect(failed.code).toBe(2);
      const dir = onlyRun(join(out, 'killed'));
      const [copy] = await server!.runs('secrets');
      expect((await server!.run(copy!.id)).status).toBe('FINISHED');
      expect(metricsOfJournal(join(dir, 'journal.jsonl'))).not.toEqual({});
      const places = [
        ...contents(out),
        ...contents(server!.folder),
        { name: 'MLflow by its client', bytes: Buffer.from(JSON.stringify(await server!.run(copy!.id))) },
        ...[said.stdout, said.stderr, failed.stdout, failed.stderr].map((text) => ({
          name: 'the terminal',
          bytes: Buffer.from(text),
        })),
      ];
      for (const secret of [...Object.values(secrets), inUrl, encodeURIComponent(secrets.WEIGHTS_TOKEN)]) {
        const found = places.filter(
          ({ bytes }) => bytes.includes(secret) || bytes.includes(Buffer.from(`reader:${secret}`).toString('base64')),
        );
        expect(
          found.map(({ name }) => name),
          secret,
        ).toEqual([]);
      }
      expect(contents(dir).some(({ bytes }) => bytes.includes('${env:SERVICE_API_KEY}'))).toBe(true);
    },
  );
});
