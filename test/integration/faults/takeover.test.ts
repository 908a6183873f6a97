import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { metricsOfJournal } from '#test/expected-metrics';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { ablate, type Ended } from '#test/ablate';
import { history, onlyRun, weights } from '#test/history';
import { atRequest, inFile, killing, killName, type Kill } from '#test/kill';
import { WatchingProxy } from '#test/watching-proxy';

/** Every place with `npm run test:faults`, a few with `npm test`. */
const isFull = process.env.ABLATE_FAULTS === 'full';
const some = (kills: readonly Kill[], few: readonly number[]): readonly Kill[] =>
  isFull ? kills : few.map((index) => kills[index]!);
const mlflow = findMlflow();

const spec = join(import.meta.dirname, 'killed.yaml');
const taking = '/lock\\.[0-9a-f]{8}$';
const uuidOf = (dir: string): string =>
  (JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as { uuid: string }).uuid;

describe('what is killed while it takes, empties or copies a run', { timeout: 1_800_000 }, () => {
  let reference: string;
  const folders: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'ablate-takeover-'));
    folders.push(folder);
    return folder;
  };
  beforeAll(async () => {
    const out = newFolder();
    const { code, stderr } = await ablate(['run', spec, '--out', out]);
    expect(code, stderr).toBe(0);
    reference = onlyRun(join(out, 'killed'));
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const expectSame = (dir: string): void => {
    expect(weights(dir)).toEqual(weights(reference));
    expect(history(dir)).toEqual(history(reference));
  };
  const expectKilled = (ended: Ended, kill: Kill): void =>
    expect(ended.signal ?? ended.code, `${killName(kill)}\n${ended.stderr}`).toBe('SIGKILL');
  /** Runs the spec once more, to be killed. */
  const attempt = async (out: string, kill: Kill, ...args: string[]): Promise<void> =>
    expectKilled(await ablate(['run', spec, '--out', out, ...args], killing(kill, join(out, 'killed'))), kill);
  /** Another out folder that holds the undisturbed run. */
  const copied = (): { out: string; dir: string } => {
    const out = newFolder();
    cpSync(join(reference, '../..'), out, { recursive: true });
    return { out, dir: onlyRun(join(out, 'killed')) };
  };

  it("the lock of a killed process is taken over after any death on the way, and the run ends in the undisturbed run's bits", async () => {
    const out = newFolder();
    await attempt(out, inFile('/checkpoints/step-[^/]*$', 'renamed', 2));
    const kills = [
      inFile('/lock$', 'link'),
      inFile(taking, 'rename'),
      inFile(taking, 'renamed'),
      inFile('/lock$', 'linked'),
      inFile(taking, 'remove'),
      inFile(taking, 'removed'),
      inFile(taking, 'removed', 2),
    ];
    for (const kill of some(kills, [2])) await attempt(out, kill, '--resume');
    const resumed = await ablate(['run', spec, '--out', out, '--resume']);
    expect(resumed.code, resumed.stderr).toBe(0);
    const dir = onlyRun(join(out, 'killed'));
    expectSame(dir);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  const emptyings = [
    inFile('/summary.json$', 'renamed'),
    inFile('/checkpoints$', 'remove'),
    inFile('/checkpoints$', 'removed'),
    inFile('/journal.jsonl$', 'removed'),
    inFile('/spec.yaml$', 'removed'),
    inFile('/summary.json$', 'rename', 2),
    inFile('/summary.json$', 'renamed', 2),
    inFile('/spec.yaml$', 'rename'),
    inFile('/provenance.json', 'write'),
  ];
  it('--fresh stays fresh: what goes on after a death in the emptying goes on with nothing of the old run', async () => {
    const { out, dir } = copied();
    for (const kill of some(emptyings, [0, 3])) {
      const old = uuidOf(dir);
      await attempt(out, kill, '--fresh');
      const resumed = await ablate(['run', spec, '--out', out, '--resume', '--allow-changes']);
      expect(resumed.code, `${killName(kill)}\n${resumed.stderr}`).toBe(0);
      expect(uuidOf(dir), killName(kill)).not.toBe(old);
      expectSame(dir);
      const begins = [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) =>
        record.type === 'started' ? [record.resumedAtStep] : [],
      );
      expect(begins, killName(kill)).toEqual([0]);
    }
  });

  it('--fresh stays fresh where a worker dies before it has told of the run', async () => {
    const { out, dir } = copied();
    const old = uuidOf(dir);
    const kill = { ...inFile('/lock$', 'linked'), once: join(out, 'died') } as Kill;
    const ended = await ablate(
      ['run', spec, '--out', out, '--fresh', '--workers', '1'],
      killing(kill, join(out, 'killed')),
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout + ended.stderr).toMatch(/was ended by SIGKILL; "[^"]*" begins in another/);
    expect(uuidOf(dir)).not.toBe(old);
    expectSame(dir);
    expect(readdirSync(dir)).not.toContain('lock');
  });

  it.skipIf('missing' in mlflow)(
    `sync brings everything over, once, after deaths on the way${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
    async () => {
      const server = await MlflowServer.start((mlflow as { python: string }).python);
      const proxy = await new WatchingProxy(server.url).up();
      try {
        const { out, dir } = copied();
        const env = { MLFLOW_TRACKING_URI: proxy.url, MLFLOW_EXPERIMENT_NAME: 'killed-sync' };
        const kills = [
          inFile('/lock$', 'linked'),
          inFile('/summary.json$', 'rename'),
          atRequest(/POST .*\/runs\/create/, 'applied'),
          atRequest(/POST .*\/runs\/log-batch/, 'arrived', 2),
          atRequest(/POST .*\/runs\/log-batch/, 'applied', 2),
          inFile('/mlflow.json', 'write'),
          inFile('/mlflow.json$', 'renamed'),
          atRequest(/PUT .*\/artifacts\//, 'applied'),
          atRequest(/POST .*\/runs\/update/, 'applied'),
        ];
        for (const kill of some(kills, [5])) {
          const { env: more, ...call } = killing(kill, join(out, 'killed'), proxy);
          expectKilled(await ablate(['sync', dir], { ...call, env: { ...env, ...more } }), kill);
          proxy.onMoment = () => undefined;
        }
        const ended = await ablate(['sync', dir], { env });
        expect(ended.code, ended.stdout + ended.stderr).toBe(0);
        const runs = await server.runs('killed-sync');
        expect(runs).toHaveLength(1);
        const there = await server.run(runs[0]!.id);
        expect(there.status).toBe('FINISHED');
        expect(there.metrics).toEqual(metricsOfJournal(join(dir, 'journal.jsonl')));
      } finally {
        await proxy.down();
        await server.stop();
      }
    },
  );
});
