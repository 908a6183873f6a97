import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useDevice } from '../../devices/devices.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { compareEnvironments } from './compare-environments.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { runFolderAt } from '../run-folder/create-run-folder.ts';
import { dataFacts } from './data-facts.ts';
import { parseGpuFacts } from './device-facts.ts';
import { readProvenance, recordProvenance } from './record-provenance.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const use = (
  plugin: string,
  options: Record<string, unknown> = {},
): { plugin: string; options: Record<string, unknown> } => ({ plugin, options });
const specOf = (root: string): RunSpec => ({
  name: 'x',
  description: '',
  seed: 1,
  device: 'cpu',
  threads: 1,
  dataset: use('image-folder', { root, list: 'list.csv', fit: 'cover', url: 'https://example.org/data' }),
  sampler: use('shuffle'),
  backbone: use('mlp'),
  head: null,
  losses: [{ ...use('./loss.ts'), weight: 1 }],
  optimizer: use('sgd'),
  schedule: use('constant'),
  train: { epochs: 1, batch: 4, steps: null, checkpointEvery: 1, keep: 1, validateEvery: 0, clipGradientNorm: null },
  evaluate: [use('accuracy')],
  figures: [],
  tracking: [],
});

function experiment(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ablate-provenance-'));
  mkdirSync(join(folder, 'images', 'a'), { recursive: true });
  writeFileSync(join(folder, 'images', 'a', '1.pgm'), 'one');
  writeFileSync(join(folder, 'images', '2.pgm'), 'two!');
  writeFileSync(join(folder, 'list.csv'), '1,a\n');
  writeFileSync(
    join(folder, 'loss.ts'),
    `import { definePlugin, z } from 'ablate-ml';\nexport default definePlugin({ kind: 'loss', name: 'own', summary: 'Own.', framework: '^0.1.0', schema: z.strictObject({}), create: () => { throw new Error('never made'); } });\n`,
  );
  return folder;
}

afterEach(() => vi.unstubAllEnvs());

describe('the data of a run', () => {
  it('is every file that the options name, by its content', async () => {
    const folder = experiment();
    const whole = (option: string, root: string, path: string, content: string): object => ({
      option,
      root,
      path,
      files: 1,
      bytes: content.length,
      sha256: sha256(content),
      read: true,
    });
    const found = await dataFacts(specOf('images'), folder);
    expect(found).toEqual([
      whole('dataset.root', 'images', '2.pgm', 'two!'),
      whole('dataset.root', 'images', 'a/1.pgm', 'one'),
      whole('dataset.list', 'list.csv', '', '1,a\n'),
    ]);
  });

  it('is folders where the files are many, and each still tells a change', async () => {
    const folder = experiment();
    for (const name of ['b', 'c']) {
      mkdirSync(join(folder, 'images', name));
      for (let index = 0; index < 1001; index++)
        writeFileSync(join(folder, 'images', name, `${index}.pgm`), `${index}`);
    }
    const before = await dataFacts(specOf('images'), folder);
    expect(before.map(({ path, files }) => [path, files])).toEqual([
      ['2.pgm', 1],
      ['a', 1],
      ['b', 1001],
      ['c', 1001],
      ['', 1],
    ]);
    writeFileSync(join(folder, 'images', 'c', '7.pgm'), '8');
    const after = await dataFacts(specOf('images'), folder);
    expect(after.filter(({ sha256: now }, index) => now !== before[index]!.sha256).map(({ path }) => path)).toEqual([
      'c',
    ]);
  });
});

describe('provenance', () => {
  it('keeps commit and patch, plugins, native libraries, device, data and every session', async () => {
    const folder = experiment();
    vi.stubEnv('SERVICE_TOKEN', 'tell-nobody');
    vi.stubEnv('TF_DETERMINISTIC_OPS', '1');
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'all');
    writeFileSync(join(folder, 'list.csv'), '1,b tell-nobody\n');
    const run = runFolderAt(join(folder, 'run'));
    mkdirSync(run.directory);
    const request = {
      specFile: join(folder, 'spec.yaml'),
      spec: specOf('images'),
      catalogue: await createCatalogue({ trust: true }),
      device: { name: 'cpu', description: 'plain JavaScript', version: '4.22.0', threads: 1, gpu: false } as const,
    };
    await recordProvenance(run, request);
    const first = (await readProvenance(run))!;
    expect(first).toMatchObject({
      git: {
        commit: git('rev-parse', 'HEAD').trim(),
        dirty: true,
        patchSha256: sha256(git('diff', 'HEAD', '--binary')),
      },
      ablateGit: { commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
      environment: { TF_DETERMINISTIC_OPS: '1' },
      device: { name: 'cpu', threads: 1, gpus: [], driver: null },
      native: { v8: process.versions.v8, vips: expect.stringMatching(/^8\./) },
      lockfileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(first.plugins).toEqual(
      expect.arrayContaining([
        {
          kind: 'loss',
          plugin: './loss.ts',
          origin: 'path',
          version: '',
          sha256: sha256(readFileSync(join(folder, 'loss.ts'), 'utf8')),
          files: { 'loss.ts': sha256(readFileSync(join(folder, 'loss.ts'), 'utf8')) },
        },
        { kind: 'evaluator', plugin: 'accuracy', origin: 'built-in', version: '0.1.0', sha256: null },
      ]),
    );
    expect(first.data.map(({ option, path }) => `${option} ${path}`)).toEqual([
      'dataset.root 2.pgm',
      'dataset.root a/1.pgm',
      'dataset.list ',
    ]);
    const patch = readFileSync(join(run.directory, `patch-${first.git!.patchSha256!.slice(0, 8)}.diff`), 'utf8');
    expect(patch).toContain('+1,b ${env:SERVICE_TOKEN}');
    expect(
      readdirSync(run.directory)
        .map((name) => readFileSync(join(run.directory, name), 'utf8'))
        .join(''),
    ).not.toContain('tell-nobody');

    writeFileSync(run.journal, '');
    writeFileSync(join(folder, 'list.csv'), '1,c\n');
    await recordProvenance(run, request);
    const second = (await readProvenance(run))!;
    expect(second.earlier).toEqual([first]);
    expect(second.git!.patchSha256).not.toBe(first.git!.patchSha256);
  });

  it("keeps which of Ablate's kernels the native library had, and what was set about them and oneDNN", async () => {
    vi.stubEnv('ABLATE_KERNELS', 'avx2');
    vi.stubEnv('ABLATE_CAPTURE', '0');
    const folder = experiment();
    const run = runFolderAt(join(folder, 'run'));
    mkdirSync(run.directory);
    await recordProvenance(run, {
      specFile: join(folder, 'spec.yaml'),
      spec: specOf('images'),
      device: await useDevice('tensorflow'),
    });
    const kept = (await readProvenance(run))!;
    expect(kept.native['ablate kernels']).toBe(
      process.arch === 'x64' ? 'all, convolutions in avx2' : 'all, convolutions in neon',
    );
    expect(kept.environment).toMatchObject({
      ABLATE_CAPTURE: '0',
      ABLATE_KERNELS: 'avx2',
      ...(process.arch === 'x64' && { TF_ENABLE_ONEDNN_OPTS: expect.stringMatching(/^[01]$/) }),
    });
    expect(compareEnvironments(kept, { ...kept, environment: { ...kept.environment, ABLATE_KERNELS: '0' } })).toEqual([
      { area: 'variables', name: 'ABLATE_KERNELS', before: 'avx2', after: '0' },
    ]);
  });

  it('reads the GPUs and their driver from what nvidia-smi prints', () => {
    expect(parseGpuFacts('NVIDIA H200, 550.54.15\nNVIDIA H200, 550.54.15\n')).toEqual({
      gpus: ['NVIDIA H200', 'NVIDIA H200'],
      driver: '550.54.15',
    });
    expect(parseGpuFacts('')).toEqual({ gpus: [], driver: null });
  });
});
