import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointFolder } from '../../../framework/records/checkpoints/checkpoint-folder.ts';
import { readSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import type { RunFolder } from '../../../framework/contracts/run-folder.ts';
import type { TrackerOutcome } from '../../../framework/contracts/tracker.ts';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import { MlflowTracker } from '../../../plugins/trackers/mlflow/mlflow.ts';
import { options as schema, type MlflowOptions } from '../../../plugins/trackers/mlflow/options.ts';
import { metricsOfJournal, withoutTimes } from '#test/expected-metrics';
import { findMlflow, MlflowServer, type ReadRun } from '#test/mlflow-server';
import { evaluated, plannedRun, started, step, writeFiles, writtenRun, type WrittenRun } from '#test/written-run';

const mlflow = findMlflow();
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe.skipIf('missing' in mlflow)(
  `a journal projected to a real MLflow server${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let server: MlflowServer;
    beforeAll(async () => {
      server = await MlflowServer.start((mlflow as { python: string }).python);
    });
    afterAll(() => server?.stop());

    const tracker = (experiment: string, options: Partial<MlflowOptions> = {}): MlflowTracker =>
      new MlflowTracker(schema.parse({ url: server.url, ...options }), {
        streams: new RandomStreams(1),
        experiment,
        run: 'center 0.003 · seed 1',
      });
    const project = async (
      folder: RunFolder,
      experiment: string,
      options: Partial<MlflowOptions> = {},
    ): Promise<TrackerOutcome> => {
      const projecting = tracker(experiment, options);
      projecting.start(folder);
      return projecting.finish();
    };
    const readOnly = async (experiment: string): Promise<ReadRun> => {
      const runs = await server.runs(experiment);
      expect(runs).toHaveLength(1);
      return server.run(runs[0]!.id);
    };
    const originalsIn = ({ tags }: ReadRun): Record<string, string> =>
      Object.assign(
        {},
        ...Object.entries(tags)
          .filter(([key]) => key.startsWith('ablate.names'))
          .map(([, value]) => JSON.parse(value) as object),
      ) as Record<string, string>;
    const finish = (run: WrittenRun, from: number, to: number): void => {
      for (let number = from; number < to; number++) run.append(step(number));
      run.append(evaluated(to, { accuracy: 0.9, 'MAP@R': 0.5, 'TAR@FAR=1e-4': NaN }), {
        type: 'ended',
        status: 'finished',
        step: to,
      });
    };

    it('arrives while the run goes on and is whole at its end', async () => {
      const run = await writtenRun({ experiment: 'live' });
      await writeFiles(run.folder);
      // Large tensors of the newest checkpoint, and of an older one, which stays here.
      const [shard, old] = ['10', '05'].map((number) => `step-0000000${number}-0a1b2c3d.shards/shard-1.safetensors`);
      for (const name of [shard!, old!]) {
        mkdirSync(join(run.folder.checkpoints, dirname(name)));
        writeFileSync(join(run.folder.checkpoints, name), name);
      }
      const projecting = tracker('live', { tags: { team: 'metric learning' } });
      run.append(started());
      projecting.start(run.folder);
      for (let number = 0; number < 300; number++) run.append(step(number, number === 7 ? Infinity : number / 3));
      await expect.poll(() => server.runs('live'), { timeout: 60_000 }).toMatchObject([{ status: 'RUNNING' }]);
      finish(run, 300, 400);
      await run.close();
      expect(await projecting.finish()).toEqual({
        complete: true,
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#\/experiments\/\d+\/runs\/[0-9a-f]{32}$/),
      });

      const there = await readOnly('live');
      expect(there).toMatchObject({ name: 'center 0.003 · seed 1', status: 'FINISHED', experiment: 'live' });
      const expected = metricsOfJournal(run.folder.journal);
      expect(there.metrics).toEqual(expected);
      expect(expected['train/loss']).toHaveLength(400);
      expect(there.metrics['train/loss']![7]!.value).toBe('Infinity');
      expect(there.metrics['test/TAR_at_FAR_1e-4']![0]!.value).toBe('NaN');
      const last = Math.max(
        ...Object.values(there.metrics)
          .flat()
          .map(({ time }) => time),
      );
      expect(there.start).toBeLessThanOrEqual(there.metrics['train/loss']![0]!.time);
      expect(there.end).toBeGreaterThanOrEqual(last);

      expect(there.params).toMatchObject({
        name: 'written',
        seed: '1',
        'dataset.glyphs.classes': '10',
        'losses.0.softmax': '{}',
        'losses.1.center.lambda': '0.003',
        'backbone.mlp.hidden': '[]',
        'train.clipGradientNorm': 'null',
      });
      expect(Object.keys(there.params).some((name) => name.startsWith('tracking'))).toBe(false);
      expect(there.tags).toMatchObject({
        team: 'metric learning',
        'mlflow.source.type': 'LOCAL',
        'mlflow.source.name': expect.stringContaining('written.yaml'),
        'mlflow.source.git.commit': expect.stringMatching(/^[0-9a-f]{40}$/),
        'ablate.device': 'cpu',
        'ablate.seed': '1',
        'mlflow.note.content': expect.stringContaining('| accuracy | 0.9 | 0.85 to 0.95 |'),
      });
      expect(originalsIn(there)).toEqual({
        'test/MAP_at_R': 'test/MAP@R',
        'test/TAR_at_FAR_1e-4': 'test/TAR@FAR=1e-4',
      });
      expect(Object.keys(there.tags).filter((key) => /^ablate\.(?:metric|param|names)\b/.test(key))).toEqual([
        'ablate.names',
      ]);
      expect(there.inputs).toEqual([
        { name: 'glyphs', digest: 'a1b2c3', source: expect.stringContaining('glyphs'), context: 'train' },
      ]);
      const patches = readdirSync(run.folder.directory).filter((name) => name.startsWith('patch-'));
      const paths = [
        ...patches,
        'spec.yaml',
        'provenance.json',
        'summary.json',
        'journal.jsonl',
        'figures/embedding scatter.svg',
        'checkpoints/step-000000010.safetensors',
        `checkpoints/${shard}`,
        'model/MLmodel',
        'model/model.safetensors',
        'model/spec.yaml',
      ];
      expect(there.artifacts).toEqual(
        Object.fromEntries(paths.map((path) => [path, sha256(join(run.folder.directory, path))])),
      );
    });

    it('logs the model once and makes one version of a registered model', async () => {
      const run = await writtenRun({ experiment: 'model' });
      await writeFiles(run.folder);
      run.append(started());
      finish(run, 0, 10);
      await run.close();
      for (let time = 0; time < 2; time++)
        expect(await project(run.folder, 'model', { registeredModel: 'faces of people' })).toMatchObject({
          complete: true,
        });
      const { id } = (await server.runs('model'))[0]!;
      expect(await server.model(id)).toMatchObject({
        flavors: { ablate: { backbone: 'mlp', head: 'linear' } },
        inputs: ['float32', -1, 28, 28, 1],
        outputs: ['float32', -1, 2],
        logged: 1,
      });
      expect(await server.versions('faces of people')).toEqual({ 1: id });
      const { tensors } = await readSafetensors(join(run.folder.directory, 'model', 'model.safetensors'));
      expect([...tensors.keys()]).toEqual(['backbone/kernel', 'head/classWeights']);
    });

    it('logs class weights that a checkpoint keeps in shards with the model, and nothing of the optimizer', async () => {
      const run = await writtenRun({ experiment: 'very many classes' });
      const [classes, dim] = [300, 8];
      const weights = Float32Array.from({ length: classes * dim }, (_, index) => index / 7);
      const inPieces = (name: string) => ({
        name,
        dtype: 'float32' as const,
        shape: [classes, dim],
        async *pieces() {
          for (let begin = 0; begin < weights.length; begin += 100 * dim) yield weights.slice(begin, begin + 100 * dim);
        },
      });
      const tensors = [
        { name: 'backbone/kernel', dtype: 'float32' as const, shape: [2], data: Float32Array.of(1, 2) },
        inPieces('head/classWeights'),
        inPieces('optimizer/head/classWeights/momentum'),
      ];
      await new CheckpointFolder(run.folder.checkpoints, 1, null, 128 * 4 * dim).write(
        { step: 10, epochSums: {} },
        (async function* () {
          yield* tensors;
        })(),
      );
      run.append(started());
      finish(run, 0, 10);
      await run.close();
      for (let time = 0; time < 2; time++)
        expect(await project(run.folder, 'very many classes')).toMatchObject({ complete: true });

      const { artifacts } = await readOnly('very many classes');
      const model = await server.model((await server.runs('very many classes'))[0]!.id);
      expect(model.logged).toBe(1);
      const { shards } = (
        model.flavors as {
          ablate: {
            shards: { file: string; tensor: string; shape: number[]; begin: number; rows: number; sha256: string }[];
          };
        }
      ).ablate;
      expect(shards.map(({ tensor, shape, begin, rows }) => [tensor, shape, begin, rows])).toEqual(
        [
          [0, 128],
          [128, 128],
          [256, 44],
        ].map((place) => ['head/classWeights', [classes, dim], ...place]),
      );
      expect(
        Object.keys(artifacts)
          .filter((path) => path.startsWith('model/'))
          .sort(),
      ).toEqual([
        'model/MLmodel',
        'model/model.safetensors',
        ...shards.map(({ file }) => `model/${file}`),
        'model/spec.yaml',
      ]);
      for (const { file, sha256: checksum } of shards) expect(artifacts[`model/${file}`]).toBe(checksum);
      const parts = await Promise.all(
        shards.map(
          async ({ file }) =>
            (await readSafetensors(join(run.folder.directory, 'model', file))).tensors.get('head/classWeights')!.data,
        ),
      );
      expect(Float32Array.from(parts.flatMap((part) => [...part]))).toEqual(weights);
      const { tensors: small } = await readSafetensors(join(run.folder.directory, 'model', 'model.safetensors'));
      expect([...small.keys()]).toEqual(['backbone/kernel']);
    });

    it('says FAILED and why', async () => {
      const run = await writtenRun({ experiment: 'failing' });
      run.append(started(), step(0, NaN), {
        type: 'ended',
        status: 'failed',
        step: 0,
        error: { code: 'LOSS_NOT_FINITE', message: 'The loss is NaN at step 0.' },
      });
      await run.close();
      await project(run.folder, 'failing');
      const there = await readOnly('failing');
      expect(there.status).toBe('FAILED');
      expect(there.tags['mlflow.note.content']).toContain('failed: The loss is NaN at step 0.');
    });

    it('comes to the same however often it is made, with its cursor and without', async () => {
      const run = await writtenRun({ experiment: 'again' });
      run.append(started());
      finish(run, 0, 10);
      await run.close();
      await project(run.folder, 'again');
      const first = await readOnly('again');
      await project(run.folder, 'again');
      rmSync(join(run.folder.directory, 'mlflow.json'));
      await project(run.folder, 'again');
      expect(await readOnly('again')).toEqual(first);
    });

    const call = async (name: string, body: object): Promise<unknown> =>
      (
        await fetch(`${server.url}/api/2.0/mlflow/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json();
    /** Makes a run with nothing but tags, as a request does whose client has gone. */
    const make = async (experimentId: string, tags: Readonly<Record<string, string>>): Promise<string> =>
      (
        (await call('runs/create', {
          experiment_id: experimentId,
          start_time: Date.now(),
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        })) as { run: { info: { run_id: string } } }
      ).run.info.run_id;
    const uuidIn = (file: string): string => (JSON.parse(readFileSync(file, 'utf8')) as { uuid: string }).uuid;
    const projected = async (experiment: string): Promise<{ folder: RunFolder; experimentId: string }> => {
      const run = await writtenRun({ experiment });
      run.append(started());
      finish(run, 0, 10);
      await run.close();
      await project(run.folder, experiment);
      const { experimentId } = JSON.parse(readFileSync(join(run.folder.directory, 'mlflow.json'), 'utf8')) as {
        experimentId: string;
      };
      return { folder: run.folder, experimentId };
    };

    it('takes the empty run away that a request made which took effect after it was given up, with params or without, and no other', async () => {
      const { folder, experimentId } = await projected('late');
      const [first] = await server.runs('late');
      const uuid = uuidIn(folder.summary);
      const made = [];
      for (const value of [uuid, uuid, 'of-another-run']) made.push(await make(experimentId, { 'ablate.uuid': value }));
      await call('runs/log-batch', { run_id: made[0], params: [{ key: 'seed', value: '1' }] });
      expect(await server.runs('late')).toHaveLength(4);
      expect(await project(folder, 'late')).toMatchObject({ complete: true });
      const left = (await server.runs('late')).map(({ id }) => id);
      expect(left).toHaveLength(2);
      expect(left).toContain(first!.id);
    });

    it('takes the twins of a sweep away, but none below which a run lies', async () => {
      const { folder, experimentId } = await projected('late sweep');
      const mark = { 'ablate.uuid': uuidIn(join(dirname(folder.directory), 'experiment.json')) };
      const [run] = await server.runs('late sweep');
      const [empty, ofTwin, ofOther] = [
        await make(experimentId, mark),
        await make(experimentId, mark),
        await make(experimentId, mark),
      ];
      const twin = await make(experimentId, { 'ablate.uuid': uuidIn(folder.summary), 'mlflow.parentRunId': ofTwin });
      const other = await make(experimentId, { 'ablate.uuid': 'of-another-run', 'mlflow.parentRunId': ofOther });
      expect(await project(folder, 'late sweep')).toMatchObject({ complete: true });
      const left = [...(await server.runs('late sweep')), ...(await server.sweeps('late sweep'))].map(({ id }) => id);
      for (const gone of [empty, ofTwin, twin]) expect(left).not.toContain(gone);
      expect(left).toEqual(expect.arrayContaining([run!.id, run!.parent, other, ofOther]));
    });

    it("shows a sweep as one: its groups' means, what its runs share, the data set; once, however often", async () => {
      const parent = mkdtempSync(join(tmpdir(), 'ablate-sweep-'));
      const accuracies = { 'softmax seed-1': 0.5, 'softmax seed-2': 0.7, 'center seed-1': 0.9, 'center seed-2': 0.1 };
      const folders: RunFolder[] = [];
      for (const [index, [name, accuracy]] of Object.entries(accuracies).entries()) {
        const [loss, seed] = [name.split(' ')[0]!, (index % 2) + 1];
        const planned = plannedRun({ id: name.replace(' ', '-'), label: `${loss} · seed ${seed}` });
        const spec = { ...planned.spec, seed, losses: [{ plugin: loss, options: {}, weight: 1 }] };
        const run = await writtenRun({
          parent,
          experiment: 'sweep as one',
          run: { ...planned, spec, point: { losses: loss, seed } },
        });
        // The last one fails, after it was evaluated once.
        const status = index === 3 ? 'failed' : 'finished';
        run.append(started(), step(0), evaluated(10, { accuracy, 'MAP@R': accuracy / 2 }), {
          type: 'ended',
          status,
          step: 10,
        });
        await run.close();
        folders.push(run.folder);
      }
      // What stands in another run's folder is not read: it may lead anywhere.
      writeFileSync(folders[3]!.spec, 'seed: [');
      for (const folder of folders.slice(0, 3))
        expect(await project(folder, 'sweep as one', { artifacts: false })).toMatchObject({ complete: true });
      const id = (await server.sweeps('sweep as one'))[0]!.id;
      const there = await server.run(id);
      const latest = Object.fromEntries(
        Object.entries(there.metrics).map(([key, points]) => [key, [points.at(-1)!.step, points.at(-1)!.value]]),
      );
      expect(latest).toEqual({
        'test/accuracy/softmax': [0, expect.closeTo(0.6, 12)],
        'test/MAP_at_R/softmax': [0, expect.closeTo(0.3, 12)],
        'test/accuracy/center': [0, 0.9],
        'test/MAP_at_R/center': [0, 0.45],
      });
      expect(there.params).toMatchObject({ 'dataset.glyphs.classes': '10', 'optimizer.sgd.momentum': '0.9' });
      expect(Object.keys(there.params).filter((path) => /^(?:losses|seed)/.test(path))).toEqual([]);
      expect(originalsIn(there)).toMatchObject({ 'test/MAP_at_R/center': 'test/MAP@R/center' });
      expect(there.inputs).toMatchObject([{ name: 'glyphs', digest: 'a1b2c3', context: 'train' }]);

      // A twin that another process has found first, and given means, goes all the same.
      const twin = await make(
        (JSON.parse(readFileSync(join(folders[0]!.directory, 'mlflow.json'), 'utf8')) as { experimentId: string })
          .experimentId,
        { 'ablate.uuid': uuidIn(join(parent, 'experiment.json')) },
      );
      await call('runs/log-metric', { run_id: twin, key: 'test/accuracy/center', value: 0.9, timestamp: 1, step: 1 });
      rmSync(join(folders[1]!.directory, 'mlflow.json'));
      for (const folder of folders.slice(0, 2)) await project(folder, 'sweep as one', { artifacts: false });
      expect(await server.run(id)).toEqual(there);
      expect((await server.runs('sweep as one')).map((run) => run.id)).not.toContain(twin);
    });

    it('says how to go on where the experiment was deleted on the server, and goes on once it is restored', async () => {
      const { folder, experimentId } = await projected('deleted');
      await call('experiments/delete', { experiment_id: experimentId });
      const problem = expect.stringContaining(
        `Restore it: mlflow experiments restore --experiment-id ${experimentId} – or name another`,
      ) as string;
      expect(await project(folder, 'deleted')).toMatchObject({ complete: false, problem });
      await call('experiments/restore', { experiment_id: experimentId });
      expect(await project(folder, 'deleted')).toMatchObject({ complete: true });
      expect(await server.runs('deleted')).toHaveLength(1);
    });

    it('goes on in the same run after a kill, and doubles nothing that was trained again', async () => {
      const before = await writtenRun({ experiment: 'resumed' });
      before.append(started());
      for (let number = 0; number < 8; number++) before.append(step(number));
      await before.close();
      await project(before.folder, 'resumed');
      expect((await readOnly('resumed')).status).toBe('KILLED');
      const run = await writtenRun({ parent: dirname(before.folder.directory), experiment: 'resumed' });
      run.journal.rewind(5);
      run.append(started(5));
      const projecting = tracker('resumed');
      projecting.start(run.folder);
      await expect.poll(() => server.runs('resumed'), { timeout: 60_000 }).toMatchObject([{ status: 'RUNNING' }]);
      finish(run, 5, 10);
      await run.close();
      await projecting.finish();
      const there = await readOnly('resumed');
      expect(there.status).toBe('FINISHED');
      expect(withoutTimes(there.metrics)).toEqual(withoutTimes(metricsOfJournal(run.folder.journal)));
      expect(there.tags).not.toHaveProperty('ablate.logged-again');
    });

    it('sends a step again that came out otherwise, and says so', async () => {
      const before = await writtenRun({ experiment: 'otherwise' });
      before.append(started(), step(0), step(1, 0.5));
      await before.close();
      await project(before.folder, 'otherwise');
      const run = await writtenRun({ parent: dirname(before.folder.directory), experiment: 'otherwise' });
      run.journal.rewind(1);
      run.append(started(1), step(1, 0.25), { type: 'ended', status: 'finished', step: 2 });
      await run.close();
      await project(run.folder, 'otherwise');
      const there = await readOnly('otherwise');
      expect(there.metrics['train/loss']!.map(({ value }) => value)).toEqual([2, 0.5, 0.25]);
      expect(there.tags['ablate.logged-again']).toContain('train/loss');
    });

    it('keeps params, tags and names within what MLflow takes', async () => {
      const many = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`option${index}`, 'é'.repeat(5000)]));
      const planned = plannedRun();
      const spec = {
        ...planned.spec,
        description: 'x'.repeat(7000),
        dataset: { plugin: '@someone/faces', options: { 'a=b': 1, 'a b': 2, a_b: 3, ...many } },
      };
      const run = await writtenRun({ experiment: 'limits', run: { ...planned, spec } });
      const long = `${'very '.repeat(60)}long`;
      run.append(
        started(),
        {
          type: 'evaluated',
          role: 'test',
          epoch: 1,
          step: 1,
          metrics: { 'a=b': 1, 'a:b': 2, '../up': 3, '/': 4, [long]: 5 },
          intervals: {},
          curves: {},
        },
        { type: 'ended', status: 'finished', step: 1 },
      );
      await run.close();
      expect(await project(run.folder, 'limits')).toMatchObject({ complete: true });
      const there = await readOnly('limits');
      expect(Object.keys(there.params).filter((name) => name.includes('option'))).toHaveLength(250);
      expect(there.params['description']).toHaveLength(6000);
      expect(there.tags['ablate.cut.description']).toContain('6000 of 7000');
      const values = Object.fromEntries(
        Object.entries(there.metrics).map(([key, points]) => [originalsIn(there)[key] ?? key, points[0]!.value]),
      );
      expect(values).toEqual({ 'test/a=b': 1, 'test/a:b': 2, 'test/../up': 3, 'test//': 4, [`test/${long}`]: 5 });
      expect(Object.values(originalsIn(there))).toEqual(
        expect.arrayContaining(['dataset.@someone/faces.a=b', 'dataset.@someone/faces.a_b']),
      );
    });

    it('refuses clearly where the server does', async () => {
      const run = await writtenRun();
      run.append(started(), { type: 'ended', status: 'finished', step: 0 });
      await run.close();
      const outcome = await project(run.folder, 'x', { url: `${server.url}/wrong/prefix` });
      expect(outcome).toMatchObject({
        complete: false,
        problem: expect.stringMatching(
          /refused to find the experiment x \(HTTP 404.*\n.*MLFLOW_TRACKING_URI.*\n.*npx ablate sync /s,
        ),
      });
      expect(await project(run.folder, 'x', { url: 'sqlite:///m.db' })).toMatchObject({
        complete: false,
        problem: expect.stringContaining('not the address of an MLflow server'),
      });
    });

    it('costs nothing but a word where no server is', async () => {
      const run = await writtenRun();
      run.append(started(), { type: 'ended', status: 'finished', step: 0 });
      await run.close();
      // Whether the connection is refused at once or hangs is the machine's: either ends in words, and soon.
      const began = performance.now();
      const outcome = await project(run.folder, 'x', { url: 'http://127.0.0.1:9' });
      expect(outcome).toMatchObject({
        complete: false,
        problem: expect.stringMatching(/does not answer.*npx ablate sync /s),
      });
      expect(performance.now() - began).toBeLessThan(20_000);
    });
  },
);
