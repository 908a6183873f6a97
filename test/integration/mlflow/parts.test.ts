import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import type { RunFolder } from '../../../framework/contracts/run-folder.ts';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import { MlflowTracker } from '../../../plugins/trackers/mlflow/mlflow.ts';
import { options as schema } from '../../../plugins/trackers/mlflow/options.ts';
import { WatchingProxy } from '#test/watching-proxy';
import { ablate, type Ended } from '#test/ablate';
import { MlflowServer } from '#test/mlflow-server';
import { findS3, S3Store } from './s3-store.ts';
import { evaluated, started, step, writtenRun } from '#test/written-run';

const s3 = findS3();
const large = 'checkpoints/step-000000010.safetensors';
const five = String(5 * 2 ** 20);

describe.skipIf('missing' in s3)(
  `large files for an MLflow server with an S3 behind it${'missing' in s3 ? ` (${s3.missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let store: S3Store;
    let before: WatchingProxy;
    let server: MlflowServer;
    /** One that keeps artifacts in a folder, which takes no parts. */
    let plain: MlflowServer;
    /** Parts that clients have put, by number, and the calls of MLflow's API about parts. */
    let puts: number[] = [];
    let calls: string[] = [];
    let front: WatchingProxy;
    beforeAll(async () => {
      const { python } = s3 as { python: string };
      store = await S3Store.start(python);
      before = await new WatchingProxy(store.url).up();
      server = await MlflowServer.start(python, {
        args: ['--artifacts-destination', `s3://${store.bucket}/mlflow`],
        environment: { ...S3Store.environment, MLFLOW_S3_ENDPOINT_URL: before.url },
      });
      plain = await MlflowServer.start(python);
      front = await new WatchingProxy(server.url).up();
    });
    beforeEach(() => {
      [puts, calls] = [[], []];
      front.onMoment = watchCalls;
      before.onMoment = watchParts(() => undefined);
    });
    afterAll(async () => {
      await Promise.all([front?.down(), before?.down()]);
      await Promise.all([server?.stop(), plain?.stop(), store?.stop()]);
    });

    const watchCalls: WatchingProxy['onMoment'] = ({ request, phase }) => {
      const call = /^POST \/api\/2\.0\/mlflow-artifacts\/mpu\/(\w+)/.exec(request)?.[1];
      if (call && phase === 'applied') calls.push(call);
    };
    /**
     * Hears of every part that comes by a signed address, not from the server itself, before it arrives; may throw, and
     * the connection is cut.
     */
    const watchParts =
      (onPart: (number: number) => void): WatchingProxy['onMoment'] =>
      ({ request, phase }) => {
        const number = /^PUT .*[?&]partNumber=(\d+)&.*X-Amz-Signature=/.exec(request)?.[1];
        if (number === undefined || phase !== 'arrived') return;
        puts.push(Number(number));
        onPart(Number(number));
      };
    /** A finished run whose checkpoint has 12 MB, no two of its parts alike. */
    const written = async (experiment: string): Promise<RunFolder> => {
      const run = await writtenRun({ experiment });
      const tensor = (
        name: string,
        data: Float32Array,
      ): { name: string; dtype: 'float32'; shape: number[]; data: Float32Array } => ({
        name,
        dtype: 'float32',
        shape: [data.length],
        data,
      });
      await writeSafetensors(
        join(run.folder.directory, large),
        [
          tensor('backbone/kernel', Float32Array.of(1, 2)),
          tensor(
            'optimizer/backbone/kernel/momentum',
            Float32Array.from({ length: 3e6 }, (_, index) => index),
          ),
        ],
        { format: 'ablate-checkpoint', version: '1' },
      );
      run.append(started(), step(0), evaluated(1, { accuracy: 0.9 }), { type: 'ended', status: 'finished', step: 1 });
      await run.close();
      return run.folder;
    };
    const sync = ({ directory }: RunFolder, url = front.url, env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
      ablate(['sync', directory], {
        env: {
          MLFLOW_TRACKING_URI: url,
          MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: five,
          MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: five,
          MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
          MLFLOW_TRACKING_TOKEN: 'of-the-server',
          ...env,
        },
      });
    const etag = async (): Promise<string | undefined> =>
      [...(await store.etags())].filter(([key]) => key.endsWith(large)).at(-1)?.[1];
    const expectThere = async (at: MlflowServer, experiment: string, { directory }: RunFolder): Promise<void> => {
      const there = await at.run((await at.runs(experiment))[0]!.id);
      expect(there.artifacts[large]).toBe(
        createHash('sha256')
          .update(readFileSync(join(directory, large)))
          .digest('hex'),
      );
      expect(Object.keys(there.artifacts)).toContain('summary.json');
    };

    it('go to the store in parts, one cut off among them, and small ones through the server', async () => {
      let cut = false;
      before.onMoment = watchParts((number) => {
        if (number !== 2 || cut) return;
        cut = true;
        throw new Error('cut');
      });
      const folder = await written('parts');
      const ended = await sync(folder);
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
      expect([puts, calls]).toEqual([
        [1, 2, 2, 3],
        ['create', 'complete'],
      ]);
      expect(await etag()).toMatch(/^[0-9a-f]{32}-3$/);
      expect([...(await store.etags()).values()].filter((tag) => tag.includes('-'))).toHaveLength(1);
      await expectThere(server, 'parts', folder);
      // What has arrived is not sent again.
      expect((await sync(folder)).code).toBe(0);
      expect(puts).toHaveLength(4);
    });

    it('are given up in the end where the store fails at every attempt, leave nothing there, and are whole after the next sync', async () => {
      before.onMoment = watchParts((number) => {
        if (number === 2) throw new Error('cut');
      });
      const folder = await written('failing');
      vi.stubEnv('MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE', five);
      vi.stubEnv('MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE', five);
      vi.stubEnv('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '0');
      const tracker = new MlflowTracker(schema.parse({ url: front.url, patience: 10 }), {
        streams: new RandomStreams(1),
        experiment: 'failing',
        run: 'failing',
      });
      tracker.start(folder);
      expect(await tracker.finish()).toMatchObject({
        complete: false,
        problem: expect.stringMatching(/its store at 127\.0\.0\.1.*\n.*npx ablate sync/),
      });
      vi.unstubAllEnvs();
      expect(puts).toContain(2);
      expect(puts).not.toContain(3);
      expect(new Set(calls)).toEqual(new Set(['create', 'abort']));
      expect(calls.filter((call) => call === 'create')).toHaveLength(calls.filter((call) => call === 'abort').length);
      expect(await store.unfinished()).toEqual([]);
      before.onMoment = watchParts(() => undefined);
      puts = [];
      expect((await sync(folder)).code).toBe(0);
      expect(puts).toEqual([1, 2, 3]);
      await expectThere(server, 'failing', folder);
    });

    it('go through the server where the store is out of reach from here, or parts are switched off', async () => {
      const nowhere = 'http://127.0.0.1:9';
      const exempt = new URL(front.url).host;
      const folder = await written('out of reach');
      const ended = await sync(folder, front.url, {
        HTTP_PROXY: nowhere,
        http_proxy: nowhere,
        NO_PROXY: exempt,
        no_proxy: exempt,
      });
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
      expect([puts, calls]).toEqual([[], ['create', 'abort']]);
      expect(await store.unfinished()).toEqual([]);
      await expectThere(server, 'out of reach', folder);
      const off = await written('off');
      calls = [];
      expect((await sync(off, front.url, { MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'false' })).code).toBe(0);
      expect([puts, calls]).toEqual([[], []]);
      await expectThere(server, 'off', off);
    });

    it('go whole to a store that takes no parts, asked first or told to try', async () => {
      const watched = await new WatchingProxy(plain.url).up();
      watched.onMoment = watchCalls;
      for (const [experiment, env, expected] of [
        ['asked', {}, []],
        ['told', { MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'true' }, ['create']],
      ] as const) {
        const folder = await written(experiment);
        const ended = await sync(folder, watched.url, env);
        expect(ended.code, ended.stdout + ended.stderr).toBe(0);
        expect(calls).toEqual(expected);
        await expectThere(plain, experiment, folder);
      }
      const wrong = await sync(await written('wrong'), watched.url, {
        MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: '10MB',
        MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'true',
      });
      expect([wrong.code, wrong.stdout]).toEqual([
        1,
        expect.stringContaining('MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE is "10MB"'),
      ]);
      await watched.down();
    });
  },
);
