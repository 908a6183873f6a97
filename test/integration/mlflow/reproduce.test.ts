import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReproductionReport } from '../../../framework/runs/reproduction/reproduction-report.ts';
import { ablate } from '#test/ablate';
import { findMlflow, MlflowServer } from '#test/mlflow-server';

const mlflow = findMlflow();
const fetched = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ablate-fetched-'));

describe.skipIf('missing' in mlflow)(
  `ablate reproduce by an MLflow run's id${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let server: MlflowServer;
    let env: NodeJS.ProcessEnv;
    beforeAll(async () => {
      server = await MlflowServer.start((mlflow as { python: string }).python);
      env = { MLFLOW_TRACKING_URI: server.url };
    });
    afterAll(() => server?.stop());

    it('needs nothing but the server', async () => {
      const out = mkdtempSync(join(tmpdir(), 'ablate-gone-'));
      const ended = await ablate(['run', join(import.meta.dirname, 'short.yaml'), '--device', 'cpu', '--out', out], {
        env,
      });
      expect(ended.code, ended.stderr).toBe(0);
      rmSync(out, { recursive: true });
      const { id } = (await server.runs('short'))[0]!;
      const left = fetched();
      const { code, stdout, stderr } = await ablate(
        ['reproduce', id, '--json', '--out', mkdtempSync(join(tmpdir(), 'ablate-again-'))],
        { env },
      );
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        verdict: 'identical',
        history: { same: 13, first: null, sameWeights: true },
        metrics: [{ name: 'accuracy', verdict: 'identical', noise: { seeds: 0 } }],
      } satisfies DeepPartial<ReproductionReport>);
      expect(fetched().filter((name) => !left.includes(name))).toEqual([]);
      // What is made again is nobody's tracked run.
      expect(await server.runs('short')).toHaveLength(1);
    });

    it('says so where there is no such run, or no server', async () => {
      const unknown = await ablate(['reproduce', '0'.repeat(32)], { env });
      expect([unknown.code, unknown.stderr]).toEqual([
        1,
        expect.stringMatching(/has no run 0{32}\.\n.*MLFLOW_TRACKING_URI/),
      ]);
      const nameless = await ablate(['reproduce', '0'.repeat(32)]);
      expect(nameless.stderr).toContain('No MLflow server is named.');
      const absent = await ablate(['reproduce', '0'.repeat(32)], {
        env: { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9', MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1' },
      });
      expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('does not answer')]);
    });
  },
);

type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;
