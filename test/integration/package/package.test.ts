import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root } from '#test/plugin-folders';
import type { Kind } from '../../../framework/contracts/plugin.ts';
import { templates } from '../../../framework/author/scaffold/templates/index.ts';
import { writePackage } from '../../../framework/author/scaffold/write-package.ts';
import { makeFirstPlugin } from './first-plugin.ts';
import { installed, installedAblate, packed } from './packed.ts';
import { describeWholeWay } from './whole-way.ts';

const bin = (name: string): string => path.join(root, 'node_modules', '.bin', name);
let tarball: string;
let project: string;
let files: string[];

beforeAll(() => {
  tarball = packed();
  files = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((name) => name.replace(/^package\//, ''));
  project = installed(tarball);
});
afterAll(() => {
  rmSync(path.dirname(tarball), { recursive: true });
  rmSync(project, { recursive: true });
});

describe('the tarball', () => {
  test('is under 1 MB and holds no test, no data and no sources', () => {
    expect(statSync(tarball).size).toBeLessThan(1_000_000);
    expect(
      files.filter((name) =>
        /\.test\.|(^|\/)(test|experiments)\/|fixture|(?<!\.d)\.m?ts$|\.(gz|zip|npy|npz|safetensors|png|yaml)$/.test(
          name,
        ),
      ),
    ).toEqual([]);
  });

  test('holds all pages that its own pages lead to', () => {
    const pages = files.filter((name) => /\.md$/.test(name) && name !== 'CHANGELOG.md');
    expect(pages).toEqual(
      expect.arrayContaining([
        'README.md',
        'CONTRIBUTING.md',
        'SECURITY.md',
        'docs/tutorial.md',
        'docs/concepts/runs.md',
        'docs/reference/plugins.md',
      ]),
    );
    const dead = pages.flatMap((page) =>
      [...readFileSync(path.join(root, page), 'utf8').matchAll(/(?<!!)\[[^\]]*\]\((?![a-z]+:|#)([^)\s#]+)/g)]
        .map(([, target]) => path.posix.join(path.posix.dirname(page), target!))
        .filter((target) => !files.includes(target))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test('maps each line of a script to its source', () => {
    const own = path.join(project, 'node_modules', 'ablate-ml', 'dist', 'framework', 'base', 'system', 'version.js');
    const map = new SourceMap(JSON.parse(readFileSync(`${own}.map`, 'utf8')) as SourceMapPayload);
    const line = readFileSync(own, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('frameworkVersion'));
    const source = readFileSync(path.join(root, 'framework', 'base', 'system', 'version.ts'), 'utf8').split('\n');
    const found = map.findEntry(line, 20) as { originalLine: number };
    expect(source[found.originalLine]).toContain('frameworkVersion');
  });

  test('holds what set-up needs, types and source maps', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'framework/app/setup/quiet-stderr.cc',
        'framework/app/setup/context/find-context.cc',
        'framework/app/setup/main.mjs',
        'framework/app/bin/ablate.mjs',
        'dist/framework/index.d.ts',
        'dist/framework/entries/testing.d.ts',
        'dist/plugins/losses/cosface/cosface.js',
      ]),
    );
    const scripts = files.filter((name) => /^dist\/.*\.js$/.test(name));
    expect(scripts.filter((name) => !files.includes(`${name}.map`))).toEqual([]);
  });

  test('is clean to publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: path.join(project, 'node_modules', 'ablate-ml'), strict: true });
    expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([]);
  });

  test('is clean to are-the-types-wrong, as an ESM package', () => {
    const { status, stdout } = spawnSync(bin('attw'), [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], {
      encoding: 'utf8',
    });
    expect(status, stdout).toBe(0);
  });

  test('is clean to knip: no unused file, no unused or unlisted dependency', () => {
    const { status, stdout, stderr } = spawnSync(
      bin('knip'),
      ['--no-progress', '--cache', '--cache-location', path.join(path.dirname(tarball), 'knip')],
      { cwd: root, encoding: 'utf8' },
    );
    expect(status, `${stdout}${stderr}`).toBe(0);
  });
});

describe('installed in an empty project', () => {
  const write = (name: string, text: string): void => writeFileSync(path.join(project, name), text);
  const spec =
    'dataset: {glyphs: {classes: 3, imagesPerClass: 20, testPerClass: 5, size: 12}}\nbackbone: {mlp: {embedding: 4, hidden: [16]}}\nhead: {linear: {}}\nlosses: [softmax, center]\ntrain: {epochs: 2, batch: 20}\nevaluate: [accuracy]\n';

  test('the command runs a spec', () => {
    write('spec.yaml', spec);
    const { status, stdout, stderr } = installedAblate(project, ['run', 'spec.yaml', '--json']);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [{ status: 'finished', metrics: { accuracy: expect.any(Number) as number } }],
    });
    expect(installedAblate(project, ['list', 'losses']).stdout).toContain('arcface');
  });

  test('workers and launchers start from what is installed', () => {
    write('sweep.yaml', `${spec}matrix: {seed: [1, 2]}\n`);
    const side = installedAblate(project, ['run', 'sweep.yaml', '--workers', '2', '--json']);
    expect(side.status, side.stderr).toBe(0);
    expect(JSON.parse(side.stdout)).toMatchObject({ runs: [{ status: 'finished' }, { status: 'finished' }] });
    // Calls what it prints, as an engine would.
    const launched = installedAblate(project, ['launch', 'spec.yaml', '--command', '--out', 'launched', '--json']);
    expect(launched.status, launched.stderr).toBe(0);
    const {
      launches: [{ lines }],
    } = JSON.parse(launched.stdout) as { launches: [{ lines: string[] }] };
    const task = spawnSync('sh', ['-c', lines.find((line) => line.startsWith('cd '))!], { encoding: 'utf8' });
    expect(task.status, `${task.stdout}${task.stderr}`).toBe(0);
    expect(installedAblate(project, ['status', 'launched/spec']).stdout).toMatch(/finished/);
    const memory = installedAblate(project, ['validate', 'spec.yaml', '--memory']);
    expect([memory.status, memory.stdout]).toEqual([0, expect.stringMatching(/at most about \d+ MiB/)]);
  });

  test('a device or an index that is not installed says what to install, and breaks nothing', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(path.join(root, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, { optional?: boolean }>>;
    const optional = Object.keys(peerDependencies!);
    expect(optional.filter((name) => !peerDependenciesMeta![name]?.optional || name in dependencies!)).toEqual([]);
    expect(optional.filter((name) => existsSync(path.join(project, 'node_modules', name)))).toEqual([]);
    const { status, stderr } = installedAblate(project, [
      'run',
      'spec.yaml',
      '--device',
      'webgpu',
      '--out',
      'on-webgpu',
    ]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/npm install/)]);
  });

  test('the library runs it, with an async iterator of events; only two entries can be imported', () => {
    write(
      'script.mjs',
      `
import { run } from 'ablate-ml';
import * as testing from 'ablate-ml/testing';
const types = [];
const specRun = run('spec.yaml', { out: 'library', device: 'cpu' });
for await (const event of specRun) types.push(event.type);
const { outcomes } = await specRun.report;
const deep = await import('ablate-ml/dist/framework/base/system/version.js').catch((error) => error.code);
console.log(JSON.stringify({ types: [...new Set(types)], status: outcomes[0].status, kit: typeof testing.describeConformance, deep }));
`,
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, ['script.mjs'], { cwd: project, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const found = JSON.parse(stdout) as { types: string[] };
    expect(found).toMatchObject({ status: 'finished', kit: 'function', deep: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
    expect(found.types).toEqual(expect.arrayContaining(['started', 'step', 'epoch', 'evaluated', 'ended']));
  });

  test('its types serve a strict consumer', () => {
    write(
      'consumer.ts',
      `
import { definePlugin, run, tf, z, type Loss } from 'ablate-ml';
import { describeConformance } from 'ablate-ml/testing';
const create = ({ factor }: { factor: number }): Loss => ({ parameters: [], forward: ({ embedding }) => ({ value: tf.mul(factor, tf.mean(tf.square(embedding))) }) });
export const plugin = definePlugin({ kind: 'loss', name: 'mine', summary: 'Mine.', framework: '^0.1.0', schema: z.strictObject({ factor: z.number().default(1).describe('factor') }), create });
export async function losses(): Promise<number[]> {
  const found: number[] = [];
  for await (const event of run('spec.yaml')) if (event.type === 'step') found.push(event.loss);
  return found;
}
describeConformance(plugin, { describe: () => undefined, it: () => undefined });
// @ts-expect-error an option that the settings do not have
run('spec.yaml', { outt: 'x' });
`,
    );
    const { status, stdout } = spawnSync(
      bin('tsc'),
      ['--noEmit', '--strict', '--module', 'NodeNext', '--target', 'ES2022', '--skipLibCheck', 'consumer.ts'],
      { cwd: project, encoding: 'utf8' },
    );
    expect(status, stdout).toBe(0);
  });

  test('a plugin in TypeScript needs no compiler of the project, whatever that is', () => {
    const { version } = JSON.parse(
      readFileSync(path.join(project, 'node_modules', 'typescript', 'package.json'), 'utf8'),
    ) as { version: string };
    expect(
      Number(version.split('.')[0]),
      'npm brings one without the interface that transpiles',
    ).toBeGreaterThanOrEqual(7);
    write('mine.ts', 'export default {} as object;\n');
    const { status, stderr } = installedAblate(project, ['check', './mine.ts', '--trust']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('mine.ts says it is of kind undefined')]);
  });

  test('a first plugin: scaffolded, three lines of mathematics, tested, and ablated against softmax', () => {
    const { seconds, tests, types, runs, comparison } = makeFirstPlugin(project);
    process.stderr.write(
      `A first plugin, in seconds: ${Object.entries(seconds)
        .map(([step, took]) => `${step} ${took.toFixed(1)}`)
        .join(', ')}\n`,
    );
    expect(tests.status, tests.output).toBe(0);
    expect(types, types.output).toEqual({ status: 0, output: '' });
    expect(runs.map(({ status }) => status)).toEqual(['finished', 'finished']);
    // Better than chance by far: a sixth.
    for (const { metrics } of runs) expect(metrics.accuracy).toBeGreaterThan(0.5);
    expect(comparison).toMatch(/softmax/);
    expect(comparison).toMatch(/index\.ts/);
  });

  test('what ablate new writes in TypeScript is well typed, for every kind', async () => {
    const typed = path.join(project, 'typed');
    for (const kind of Object.keys(templates) as Kind[]) await writePackage(kind, 'first', 'ts', typed);
    writeFileSync(
      path.join(typed, 'tsconfig.json'),
      JSON.stringify({
        extends: './ablate-loss-first/tsconfig.json',
        compilerOptions: {
          noEmit: true,
          rootDir: '..',
          types: ['node'],
          typeRoots: [path.join(root, 'node_modules/@types')],
        },
        include: ['*/*.ts'],
        exclude: [],
      }),
    );
    const { status, stdout } = spawnSync(bin('tsc'), ['-p', typed], { cwd: project, encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });
});

describe('the whole way, by the package alone', () => describeWholeWay(() => project));
