import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';
import { findMlflow, MlflowServer } from '#test/mlflow-server';

const mlflow = findMlflow();
const fetched = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ablate-fetched-'));

describe.skipIf('missing' in mlflow)(
  `ablate report of an MLflow experiment${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let server: MlflowServer;
    let out: string;
    const page = (name: string): string => join(out, `${name}.html`);
    const report = async (name: string, ...from: string[]): Promise<{ runs: number; figures: number }> => {
      const { code, stdout, stderr } = await ablate(['report', ...from, '--out', page(name), '--json'], {
        env: { MLFLOW_TRACKING_URI: server.url },
      });
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as never;
    };
    /** What a page shows, without what tells when and where: the figures' drawings and the comparison. */
    const shown = (name: string): { drawings: string[]; table: string } => {
      const text = readFileSync(page(name), 'utf8');
      return {
        drawings: [...text.matchAll(/data-drawing="([^"]+)">([^<]+)</g)].map(([, id, drawing]) => `${id} ${drawing}`),
        table: /<section id="comparison".*?<\/section>/s.exec(text)![0],
      };
    };

    beforeAll(async () => {
      server = await MlflowServer.start((mlflow as { python: string }).python);
      out = mkdtempSync(join(tmpdir(), 'ablate-reported-'));
      const args = ['run', join(import.meta.dirname, 'matrix.yaml'), '--device', 'cpu', '--out', out];
      const { code, stderr } = await ablate(args, {
        env: { MLFLOW_TRACKING_URI: server.url, MLFLOW_EXPERIMENT_NAME: 'weights of center loss' },
      });
      expect(code, stderr).toBe(0);
    });
    afterAll(() => server?.stop());

    it('shows what a report of the folders shows, from the server alone; a run that is in both once', async () => {
      const left = fetched();
      const own = await report('own', join(out, 'matrix'));
      expect(await report('both', join(out, 'matrix'), 'weights of center loss')).toMatchObject({ runs: 2 });
      rmSync(join(out, 'matrix'), { recursive: true });
      const { runs, figures } = await report('server', 'weights of center loss');
      expect([runs, figures]).toEqual([2, own.figures]);
      expect(figures).toBeGreaterThanOrEqual(4);
      expect(shown('server')).toEqual(shown('own'));
      const text = readFileSync(page('server'), 'utf8');
      expect(text.match(/MLflow run [0-9a-f]{32}/g)).toHaveLength(2);
      expect(fetched().filter((name) => !left.includes(name))).toEqual([]);
    });

    it('tells of a run that left no files there, and says so where there is no such experiment, or nothing of Ablate in it', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ablate-reported-'));
      const args = [
        'run',
        join(import.meta.dirname, 'short.yaml'),
        '--device',
        'cpu',
        '--out',
        folder,
        '--set',
        'tracking=[{mlflow: {artifacts: false, experiment: bare}}]',
      ];
      expect((await ablate(args, { env: { MLFLOW_TRACKING_URI: server.url } })).code).toBe(0);
      expect(await report('bare', 'bare')).toMatchObject({ runs: 0 });
      expect(readFileSync(page('bare'), 'utf8')).toMatch(/MLflow run [0-9a-f]{32}: cannot be read.*lacks spec\.yaml/s);
      const ask = (name: string, url = server.url) =>
        ablate(['report', name, '--out', page('none')], {
          env: { MLFLOW_TRACKING_URI: url, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1' },
        });
      const unknown = await ask('no such experiment');
      expect([unknown.code, unknown.stderr]).toEqual([
        2,
        expect.stringContaining('the MLflow server has no experiment of that name'),
      ]);
      const empty = await ask('Default');
      expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('has no run of Ablate')]);
      const absent = await ask('bare', 'http://127.0.0.1:9');
      expect([absent.code, absent.stderr]).toEqual([
        1,
        expect.stringMatching(/no folder and no spec "bare".*does not answer/),
      ]);
      expect(existsSync(page('none'))).toBe(false);
    });
  },
);
