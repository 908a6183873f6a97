import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunFolder } from '../../../framework/contracts/run-folder.ts';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import { MlflowTracker } from '../../../plugins/trackers/mlflow/mlflow.ts';
import { options as schema } from '../../../plugins/trackers/mlflow/options.ts';
import { metricsOfJournal } from '#test/expected-metrics';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { evaluated, started, step, writeFiles, writtenRun } from '#test/written-run';
import { FaultProxy, type Fault } from './fault-proxy.ts';

const mlflow = findMlflow();
/** All of them with `npm run test:faults`. */
const isFull = process.env.ABLATE_FAULTS === 'full';
const steps = isFull ? 1500 : 500;
const cases: readonly [string, readonly Fault[], number][] = [
  ['cut connections', ['cut', 'cutInRequest', 'cutInAnswer'], 1],
  ['errors of the server and a busy server', ['error', 'busy'], 2],
  ['half-applied batches', ['half'], 3],
  ['stalls of ten seconds', ['stall'], 4],
  ['all of them', ['cut', 'error', 'busy', 'stall', 'cutInRequest', 'cutInAnswer', 'half'], 5],
];

describe.skipIf('missing' in mlflow)(
  `between a run and a real MLflow server${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
  { timeout: 600_000 },
  () => {
    let server: MlflowServer;
    beforeAll(async () => {
      server = await MlflowServer.start((mlflow as { python: string }).python);
      vi.stubEnv('MLFLOW_HTTP_REQUEST_TIMEOUT', '4');
      vi.stubEnv('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '2');
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await server?.stop();
    });

    const tracker = (url: string, experiment: string): MlflowTracker =>
      new MlflowTracker(schema.parse({ url }), { streams: new RandomStreams(1), experiment, run: experiment });
    /** Trains by hand, slowly enough for the exporter to work meanwhile. */
    const train = async (run: Awaited<ReturnType<typeof writtenRun>>, from = 0, to = steps): Promise<void> => {
      for (let number = from; number < to; number++) {
        run.append(step(number, number % 100 === 99 ? NaN : Math.sqrt(number + 2)));
        if (number % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 150));
      }
    };
    const end = async (run: Awaited<ReturnType<typeof writtenRun>>): Promise<void> => {
      run.append(evaluated(steps, { accuracy: 0.9, 'MAP@R': 0.4 }), { type: 'ended', status: 'finished', step: steps });
      await run.close();
    };
    const syncUntilComplete = async (url: string, experiment: string, folder: RunFolder): Promise<void> => {
      for (let attempt = 0; attempt < 40; attempt++) {
        const again = tracker(url, experiment);
        again.start(folder);
        if ((await again.finish()).complete) return;
      }
      throw new Error('still not complete after forty attempts');
    };
    const expectEqual = async (experiment: string, folder: RunFolder): Promise<void> => {
      const runs = await server.runs(experiment);
      expect(runs).toHaveLength(1);
      const there = await server.run(runs[0]!.id);
      expect(there.metrics).toEqual(metricsOfJournal(folder.journal));
      expect(there.status).toBe('FINISHED');
      expect(Object.keys(there.artifacts)).toContain('checkpoints/step-000000010.safetensors');
      expect(there.params['losses.1.center.lambda']).toBe('0.003');
    };

    it.each(isFull ? cases : [cases[2]!, cases[4]!])('%s cost nothing in the end', async (name, kinds, seed) => {
      const proxy = new FaultProxy(server.url, {
        seed,
        kinds,
        rate: name.startsWith('stalls') ? 0.15 : isFull ? 0.35 : 0.25,
      });
      await proxy.up();
      const run = await writtenRun({ experiment: name });
      await writeFiles(run.folder);
      run.append(started());
      const projecting = tracker(proxy.url, name);
      projecting.start(run.folder);
      await train(run);
      await end(run);
      if (!(await projecting.finish()).complete) await syncUntilComplete(proxy.url, name, run.folder);
      await proxy.down();
      // A request that took effect after everything else is for the next sync to see.
      await proxy.drained();
      await syncUntilComplete(server.url, name, run.folder);
      await expectEqual(name, run.folder);
      for (const kind of isFull ? kinds : []) expect(proxy.done.get(kind) ?? 0, kind).toBeGreaterThan(0);
      expect([...proxy.done.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
    });

    it('a server that is down at the start, in the middle and at the end costs nothing either', async () => {
      const proxy = new FaultProxy(server.url, { seed: 6, kinds: [], rate: 0 });
      await proxy.up();
      await proxy.down();
      const run = await writtenRun({ experiment: 'down' });
      await writeFiles(run.folder);
      run.append(started());
      const projecting = tracker(proxy.url, 'down');
      projecting.start(run.folder);
      await train(run, 0, 500);
      await proxy.up();
      await expect.poll(() => server.runs('down'), { timeout: 60_000 }).toHaveLength(1);
      await train(run, 500, 700);
      await proxy.down();
      await train(run, 700, 1100);
      await proxy.up();
      await train(run, 1100, steps);
      await proxy.down();
      await end(run);
      const outcome = await projecting.finish();
      expect(outcome).toMatchObject({ complete: false, problem: expect.stringContaining('npx ablate sync') });
      await proxy.up();
      await syncUntilComplete(proxy.url, 'down', run.folder);
      await proxy.down();
      await expectEqual('down', run.folder);
    });
  },
);
