import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';
import { metricsOfJournal } from '#test/expected-metrics';
import { findMlflow, MlflowServer } from '#test/mlflow-server';

const mlflow = findMlflow();
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

interface JsonRun {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly status: string;
  readonly metrics: Readonly<Record<string, number>>;
}

describe.skipIf('missing' in mlflow)(
  `a matrix run against a real MLflow server${'missing' in mlflow ? ` (${mlflow.missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let server: MlflowServer;
    beforeAll(async () => {
      server = await MlflowServer.start((mlflow as { python: string }).python);
    });
    afterAll(() => server?.stop());

    const run = async (spec: string): Promise<{ code: number | null; runs: JsonRun[]; stderr: string }> => {
      const args = [
        'run',
        join(import.meta.dirname, spec),
        '--json',
        '--device',
        'cpu',
        '--out',
        mkdtempSync(join(tmpdir(), 'ablate-end-to-end-')),
      ];
      const { code, stdout, stderr } = await ablate(args, {
        env: { MLFLOW_TRACKING_URI: server.url, SERVICE_API_KEY: 'tell-nobody' },
      });
      return { code, stderr, runs: (JSON.parse(stdout || '{"runs":[]}') as { runs: JsonRun[] }).runs };
    };
    const artifactsOf = ({ dir }: JsonRun): Record<string, string> => {
      const newest = readdirSync(join(dir, 'checkpoints')).sort().at(-1)!;
      const figures = readdirSync(join(dir, 'figures')).map((name) => `figures/${name}`);
      const embeddings = readdirSync(join(dir, 'embeddings')).map((name) => `embeddings/${name}`);
      const patches = readdirSync(dir).filter((name) => name.startsWith('patch-'));
      const paths = [
        ...patches,
        'model/MLmodel',
        'model/model.safetensors',
        'model/spec.yaml',
        'spec.yaml',
        'provenance.json',
        'summary.json',
        'journal.jsonl',
        `checkpoints/${newest}`,
        ...figures,
        ...embeddings,
      ];
      return Object.fromEntries(paths.map((path) => [path, sha256(join(dir, path))]));
    };

    it("is all there: params, every metric's history, artifacts by checksum, status", async () => {
      const { code, runs, stderr } = await run('matrix.yaml');
      expect(code, stderr).toBe(0);
      expect(stderr.match(/tracked at http/g)).toHaveLength(2);
      expect(runs).toHaveLength(2);
      const listed = await server.runs('matrix');
      expect(listed.map(({ name }) => name).sort()).toEqual(runs.map(({ name }) => name).sort());
      const [sweep, ...others] = await server.sweeps('matrix');
      expect(others).toEqual([]);
      expect(listed.map(({ parent }) => parent)).toEqual([sweep!.id, sweep!.id]);
      expect(sweep).toMatchObject({ name: 'matrix', status: 'FINISHED', parent: null });
      for (const { name } of runs)
        expect((await server.run(sweep!.id)).tags['mlflow.note.content']).toContain(`| ${name} | finished |`);
      for (const [index, made] of runs.entries()) {
        const there = await server.run(listed.find(({ name }) => name === made.name)!.id);
        expect(there.status).toBe('FINISHED');
        expect(there.params).toMatchObject({
          'losses.1.center.lambda': ['0', '0.01'][index],
          'dataset.glyphs.size': '16',
          'backbone.mlp.embedding': '2',
          'train.epochs': '2',
          'schedule.constant.rate': '0.01',
          seed: '1',
        });
        expect(there.metrics).toEqual(metricsOfJournal(join(made.dir, 'journal.jsonl')));
        expect(there.metrics['train/loss']!.map(({ step }) => step)).toEqual(
          Array.from({ length: 10 }, (_, step) => step),
        );
        expect(there.metrics['system/process_memory_usage_megabytes']![0]!.value).toBeGreaterThan(20);
        expect(there.metrics['test/accuracy']!.map(({ value }) => value)).toEqual([made.metrics['accuracy']]);
        expect(there.artifacts).toEqual(artifactsOf(made));
        expect(Object.keys(there.artifacts)).toEqual(
          expect.arrayContaining(['figures/embedding-scatter.svg', 'figures/embedding-scatter.png']),
        );
        expect(there.inputs).toMatchObject([{ name: 'glyphs', digest: expect.stringMatching(/./), context: 'train' }]);
        expect(there.tags).toMatchObject({
          'mlflow.source.git.commit': expect.stringMatching(/^[0-9a-f]{40}$/),
          'ablate.git.dirty': expect.stringMatching(/^(?:true|false)$/),
          'ablate.device': expect.stringMatching(/./),
          'mlflow.note.content': expect.stringContaining('| accuracy |'),
        });
        expect(JSON.stringify(there)).not.toContain('tell-nobody');
        const model = await server.model(listed.find(({ name }) => name === made.name)!.id);
        expect(model).toMatchObject({
          flavors: { ablate: { backbone: 'mlp', head: 'linear', weights: 'model.safetensors' } },
          inputs: ['float32', -1, 16, 16, 1],
          outputs: ['float32', -1, 2],
          logged: 1,
        });
      }
    });

    it('says FAILED of a run that fails, and the other goes on', async () => {
      const { code, runs } = await run('failing.yaml');
      expect(code).toBe(1);
      expect(runs.map(({ status }) => status)).toEqual(['failed', 'finished']);
      const listed = await server.runs('failing');
      const statusOf = (made: JsonRun): string => listed.find(({ name }) => name === made.name)!.status;
      expect(runs.map(statusOf)).toEqual(['FAILED', 'FINISHED']);
      expect(await server.sweeps('failing')).toMatchObject([{ status: 'FAILED' }]);
      const failed = await server.run(listed.find(({ status }) => status === 'FAILED')!.id);
      expect(failed.tags['mlflow.note.content']).toMatch(/failed: The loss is (?:NaN|Infinity) at step \d+/);
      expect(failed.metrics).toEqual(metricsOfJournal(join(runs[0]!.dir, 'journal.jsonl')));
    });
  },
);
