import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kind } from '../../../framework/contracts/plugin.ts';
import { kindNames } from '../../../framework/plugins/kinds.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { writePackage, type WrittenPackage } from '../../../framework/author/scaffold/write-package.ts';
import { templates } from '../../../framework/author/scaffold/templates/index.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { root } from '#test/plugin-folders';
import { ablate } from '#test/ablate';

const kinds = Object.keys(templates) as Kind[];
const cases = kinds.flatMap((kind) => (['ts', 'js'] as const).map((language) => ({ kind, language })));
const written = new Map<string, WrittenPackage>();
const of = ({ kind, language }: (typeof cases)[number]): WrittenPackage => written.get(`${kind} ${language}`)!;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-scaffold-'));
  for (const { kind, language } of cases)
    written.set(`${kind} ${language}`, await writePackage(kind, `first-${language}`, language, folder));
  // What `ablate-ml` is in a project that has it installed: here this clone.
  const entry = (file: string): string => JSON.stringify(join(root, 'framework', file));
  await writeFile(
    join(folder, 'vitest.config.mjs'),
    `export default {
  resolve: { alias: [{ find: /^ablate-ml\\/(.+)$/, replacement: ${entry('entries/$1.ts')} }, { find: /^ablate-ml$/, replacement: ${entry('index.ts')} }, { find: /^vitest$/, replacement: ${JSON.stringify(join(root, 'node_modules/vitest/dist/index.js'))} }] },
  server: { fs: { strict: false } },
  test: { include: ['ablate-*/*.test.{ts,js}'], maxWorkers: 2, testTimeout: 120_000 },
};
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

it('there is a template for every kind', () => expect(kinds.sort()).toEqual([...kindNames].sort()));

it('every package passes its own tests as written, in both languages', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--reporter', 'json'],
    { encoding: 'utf8', cwd: folder, maxBuffer: 1 << 26 },
  );
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    testResults: {
      name: string;
      status: string;
      message: string;
      assertionResults: { title: string; status: string; failureMessages: string[] }[];
    }[];
  };
  expect(
    testResults.flatMap(({ name, message, assertionResults }) => [
      ...(message ? [`${name}: ${message}`] : []),
      ...assertionResults
        .filter((one) => one.status !== 'passed')
        .map((one) => `${basename(name)} ${one.title}: ${one.failureMessages.join(' ')}`),
    ]),
    stderr,
  ).toEqual([]);
  expect([status, testResults.length]).toEqual([0, cases.length]);
  // Its own case, and at least two rules of its kind.
  for (const { assertionResults } of testResults) expect(assertionResults.length).toBeGreaterThanOrEqual(3);
});

describe.each(cases)('a $kind in $language', (one) => {
  it('has an example that is valid from its own folder, trusted by its own package.json', async () => {
    const { directory } = of(one);
    const { runs } = await loadPlan(join(directory, 'example.yaml'), {
      catalogue: await createCatalogue({ trust: false, folder: directory }),
      env: {},
    });
    expect(runs.length).toBeGreaterThan(0);
  });

  it('has the five headings, the peer dependency, and no mark of the template', async () => {
    const { directory, files } = of(one);
    const readme = await readFile(join(directory, 'README.md'), 'utf8');
    expect([...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      'Paper',
      'Equation',
      'Options',
      'Example',
      'Limits',
    ]);
    expect(JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))).toMatchObject({
      peerDependencies: { 'ablate-ml': '^0.1.0' },
      ablate: { plugins: [`./index.${one.language}`] },
    });
    for (const file of files)
      expect(await readFile(join(directory, file), 'utf8'), file).not.toMatch(/[⟦⟧]|undefined \||USE\b/);
  });
});

describe('ablate new', () => {
  it('writes a package and says what to type next', async () => {
    const { code, stdout } = await ablate(['new', 'loss', 'mine', '--js', '--out', folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ablate-loss-mine\/index\.js\n[^]*npm test/);
    const ran = await ablate(['run', 'example.yaml', '--set', 'train.epochs=1', '--json'], {
      cwd: join(folder, 'ablate-loss-mine'),
    });
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ runs: [{ status: 'finished' }] });
  });

  it('writes a launcher that executes its own example', async () => {
    const { directory } = of({ kind: 'launcher', language: 'js' });
    const launched = await ablate(['launch', 'example.yaml'], { cwd: directory });
    expect(launched.code, launched.stderr).toBe(0);
    for (;;) {
      const { code, stdout } = await ablate(['status', 'runs/first-js-example'], { cwd: directory });
      expect(code, stdout).toBe(0);
      if (/finished|failed|gone/.test(stdout)) return expect(stdout).toMatch(/finished/);
    }
  });

  it.each([
    [['los', 'x'], /no kind of plugin "los"/],
    [['loss', 'My Loss'], /"My Loss" is no name of a plugin[^]*kebab-case/],
    [['loss', 'softmax'], /A loss "softmax" comes with Ablate/],
    [['loss', 'first-ts'], /ablate-loss-first-ts is there already/],
  ])('refuses %s', async (args, message) => {
    const { code, stderr } = await ablate(['new', ...args, '--out', folder]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
