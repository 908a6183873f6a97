import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import { JournalReader } from '../../../framework/records/journal/journal-reader.ts';
import { metricsOfJournal, withoutTimes } from '#test/expected-metrics';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { ablate, type Ended } from '#test/ablate';
import { history, onlyRun, sha256, weights } from '#test/history';
import { atRequest, inFile, killing, killName, type Kill } from '#test/kill';
import { WatchingProxy } from '#test/watching-proxy';

/** Many kills with `npm run test:faults`, a few with `npm test`. */
const isFull = process.env.ABLATE_FAULTS === 'full';
const mlflow = findMlflow();
const hasMlflow = 'python' in mlflow;

const checkpoint = '/checkpoints/step-[^/]*$';

/** Every place within a checkpoint's writing, within other files', and moments by the seed. */
function killsOfFiles(seed: number, moments: number): Kill[] {
  const random = new RandomStreams(seed).stream('kills');
  return [
    inFile(checkpoint, 'write'),
    inFile(checkpoint, 'write', 3),
    inFile(checkpoint, 'sync'),
    inFile(checkpoint, 'sync', 2),
    inFile(checkpoint, 'rename'),
    inFile(checkpoint, 'renamed'),
    inFile(checkpoint, 'renamed', 2),
    inFile('/journal.jsonl$', 'append', 1),
    inFile('/journal.jsonl$', 'append', 6),
    inFile('/journal.jsonl$', 'append', 17),
    inFile(checkpoint, 'remove'),
    inFile(checkpoint, 'removed'),
    inFile(checkpoint, 'remove', 2),
    inFile('/summary.json', 'write'),
    inFile('/summary.json$', 'rename'),
    inFile('/spec.yaml', 'sync'),
    inFile('/provenance.json', 'write'),
    ...Array.from(
      { length: moments },
      (): Kill => ({ at: 'moment', bytes: random.integer(12_000), milliseconds: random.integer(60) }),
    ),
  ];
}

const killsOfExports: Kill[] = [
  atRequest(/POST .*\/runs\/create/, 'applied'),
  atRequest(/POST .*\/runs\/log-batch/, 'arrived', 2),
  atRequest(/POST .*\/runs\/log-batch/, 'applied', 3),
  atRequest(/POST .*\/runs\/log-batch/, 'applied', 4),
  inFile('/mlflow.json', 'write'),
  inFile('/mlflow.json$', 'rename', 2),
  atRequest(/PUT .*\/artifacts\//, 'arrived'),
  atRequest(/PUT .*\/artifacts\//, 'applied', 3),
  atRequest(/POST .*\/runs\/update/, 'applied'),
];

const few: Kill[] = [
  inFile(checkpoint, 'write'),
  inFile(checkpoint, 'removed'),
  inFile(checkpoint, 'rename', 2),
  inFile('/journal.jsonl$', 'append', 8),
  { at: 'moment', bytes: 4000, milliseconds: 7 },
];
/** Moments within the steps of a run, by the seed. */
const moments: Kill[] = killsOfFiles(7, 3).filter(({ at }) => at === 'moment');
const fewExports: Kill[] = [
  atRequest(/POST .*\/runs\/log-batch/, 'applied', 3),
  inFile('/mlflow.json$', 'rename', 2),
  atRequest(/PUT .*\/artifacts\//, 'arrived', 2),
];

const wallClock = new Set(['train/milliseconds', 'train/samples-per-second', 'epoch/seconds']);
const leftovers = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'));

describe(`a run that is killed again and again${isFull ? '' : ' (npm run test:faults kills it more often)'}`, {
  timeout: 3_600_000,
}, () => {
  let server: MlflowServer | undefined;
  let proxy: WatchingProxy | undefined;
  const folders: string[] = [];
  const done = new Map<string, number>();
  beforeAll(async () => {
    if (!hasMlflow) return;
    server = await MlflowServer.start(mlflow.python);
    proxy = await new WatchingProxy(server.url).up();
  });
  afterAll(async () => {
    await proxy?.down();
    await server?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'ablate-kills-'));
    folders.push(folder);
    return folder;
  };
  const specFile = (name: string): string => join(import.meta.dirname, `${name}.yaml`);

  /** A run that nothing disturbs. */
  async function undisturbed(name: string): Promise<string> {
    const out = newFolder();
    const { code, stderr } = await ablate(['run', specFile(name), '--out', out]);
    expect(code, stderr).toBe(0);
    return onlyRun(join(out, name));
  }

  /** Does the kills one after another, each to the session that the one before left, in as many runs as that takes. */
  async function campaign(
    name: string,
    kills: readonly Kill[],
    verify: (dir: string, experiment: string) => Promise<void>,
  ): Promise<void> {
    const due = [...kills];
    for (let vain = 0; ; vain++) {
      // A kill may come too late for one run, not for three.
      expect(vain, `never came: ${due[0] && killName(due[0])}`).toBeLessThan(3);
      const out = newFolder();
      const experiment = `${name}-${basename(out)}`;
      const env = proxy && { MLFLOW_TRACKING_URI: proxy.url, MLFLOW_EXPERIMENT_NAME: experiment };
      const session = (kill?: Kill): Promise<Ended> => {
        const { env: more, ...call } = kill ? killing(kill, join(out, name), proxy) : {};
        return ablate(['run', specFile(name), '--out', out, '--resume'], { ...call, env: { ...env, ...more } });
      };
      for (let ended: Ended | undefined; ended?.code !== 0; ) {
        const kill = due[0];
        if (proxy) proxy.onMoment = () => undefined;
        ended = await session(kill);
        expect(ended.signal ?? ended.code, `${kill && killName(kill)}\n${ended.stderr}`).toBeOneOf([0, 'SIGKILL']);
        if (ended.code === 0) break;
        done.set(killName(kill!), (done.get(killName(kill!)) ?? 0) + 1);
        due.shift();
        vain = 0;
      }
      await verify(onlyRun(join(out, name)), experiment);
      if (due.length === 0) return;
    }
  }

  const specs = isFull ? ['killed', 'annealed', 'mixed'] : ['killed', 'mixed'];
  it.each(specs)('%s ends in the same bits, with every metric once', async (name) => {
    const reference = await undisturbed(name);
    const kills = isFull
      ? [...killsOfFiles(specs.indexOf(name), 8), ...(hasMlflow ? killsOfExports : [])]
      : name === 'mixed'
        ? moments
        : [...few, ...(hasMlflow ? fewExports : [])];
    await campaign(
      name,
      new RandomStreams(specs.indexOf(name)).stream('order').shuffle(kills),
      async (dir, experiment) => {
        expect(weights(dir)).toEqual(weights(reference));
        expect(history(dir)).toEqual(history(reference));
        expect(
          [...new JournalReader(join(dir, 'journal.jsonl')).records()]
            .map(({ seq }, index) => seq - index)
            .every((gap) => gap === 0),
        ).toBe(true);
        if (server) await verifyCopy(server, { dir, reference, experiment });
        expect(leftovers(dir)).toEqual([]);
      },
    );
    process.stdout.write(`${name}: killed ${[...done].map(([kill, count]) => `${count} × ${kill}`).join(', ')}\n`);
  });

  it(`was killed ${isFull ? 'fifty times and more' : 'in every way'}`, () => {
    const count = [...done.values()].reduce((sum, number) => sum + number, 0);
    expect(count).toBeGreaterThanOrEqual((isFull ? 50 : 5) + (hasMlflow ? (isFull ? 18 : 3) : 0));
  });
});

/**
 * The copy in MLflow is complete, after a `sync` where the last kill came after training: every metric once, with the
 * undisturbed run's values.
 */
async function verifyCopy(
  server: MlflowServer,
  { dir, reference, experiment }: { dir: string; reference: string; experiment: string },
): Promise<void> {
  const env = { MLFLOW_TRACKING_URI: server.url, MLFLOW_EXPERIMENT_NAME: experiment };
  const { code, stderr, stdout } = await ablate(['sync', dir], { env });
  expect(code, stdout + stderr).toBe(0);
  const runs = await server.runs(experiment);
  expect(runs).toHaveLength(1);
  const there = await server.run(runs[0]!.id);
  expect(there.status).toBe('FINISHED');
  const isOfMachine = (key: string): boolean => key.startsWith('system/');
  const comparable = (metrics: typeof there.metrics): Record<string, string[]> =>
    withoutTimes(
      Object.fromEntries(
        Object.entries(metrics)
          .filter(([key]) => !isOfMachine(key))
          .map(([key, points]) => [
            key,
            points.map((point) => (wallClock.has(key) ? { ...point, value: 'some' } : point)),
          ]),
      ),
    );
  expect(comparable(there.metrics)).toEqual(comparable(metricsOfJournal(join(reference, 'journal.jsonl'))));
  const newest = readdirSync(join(dir, 'checkpoints')).sort().at(-1)!;
  expect(there.artifacts[`checkpoints/${newest}`]).toBe(sha256(join(reference, 'checkpoints', newest)));
}
