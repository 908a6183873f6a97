import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { loadPlan } from './load-plan.ts';
import type { Plan } from './plan.ts';
import { readResolvedSpec } from './read-resolved-spec.ts';
import { writeSpec } from './write-spec.ts';
import { unwrittenSpec, writtenSpec } from './written-spec.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));
const catalogue = await createCatalogue();
const minimal = 'dataset: glyphs\nbackbone: mlp\nhead: linear\nlosses: [softmax]\n';

function load(
  text: string,
  options: { set?: string[]; env?: NodeJS.ProcessEnv; catalogue?: Catalogue } = {},
  name = 'spec.yaml',
): Promise<Plan> {
  writeFileSync(path.join(folder, name), text);
  return loadPlan(path.join(folder, name), { catalogue, env: {}, ...options });
}

const labels = (plan: Plan): string[] => plan.runs.map(({ label }) => label);

test('a minimal spec gets every default', async () => {
  const { name, runs } = await load(minimal, {}, 'smallest.yaml');
  expect(name).toBe('smallest');
  expect(runs).toHaveLength(1);
  const { spec, label, point } = runs[0]!;
  expect(label).toBe('softmax');
  expect(point).toEqual({});
  expect(spec).toMatchObject({
    seed: 1,
    device: 'auto',
    threads: os.availableParallelism(),
    description: '',
    sampler: { plugin: 'shuffle', options: { lastBatch: 'keep' } },
    head: { plugin: 'linear', options: { bias: true } },
    losses: [{ plugin: 'softmax', weight: 1 }],
    optimizer: { plugin: 'sgd', options: { momentum: 0 } },
    schedule: { plugin: 'constant', options: { rate: 0.01 } },
    train: {
      epochs: 10,
      batch: 128,
      accumulate: 1,
      steps: null,
      checkpointEvery: 1,
      keep: 3,
      validateEvery: 1,
      clipGradientNorm: null,
    },
    evaluate: [],
    figures: [],
    tracking: [],
  });
});

test('a matrix is a grid whose last path changes fastest, with include and exclude', async () => {
  const plan = await load(`${minimal}matrix:
  train.epochs: [1, 2]
  seed: [1, 2]
  exclude: [{train.epochs: 2, seed: 1}]
  include: [{train.epochs: 9, seed: 9}]
`);
  expect(labels(plan)).toEqual(['epochs 1 · seed 1', 'epochs 1 · seed 2', 'epochs 2 · seed 2', 'epochs 9 · seed 9']);
  expect(plan.runs.map(({ spec }) => [spec.train.epochs, spec.seed])).toEqual([
    [1, 1],
    [1, 2],
    [2, 2],
    [9, 9],
  ]);
  expect(plan.runs[3]!.point).toEqual({ 'train.epochs': 9, seed: 9 });
});

test('a longer path leads into what a shorter one of the same point brings', async () => {
  const plan = await load(`${minimal}matrix:\n  losses.1.center.lambda: [0.1, 0.2]\n  losses: [[softmax, center]]\n`);
  expect(plan.runs.map(({ spec }) => spec.losses[1]!.options.lambda)).toEqual([0.1, 0.2]);
  expect(labels(plan)).toEqual(['lambda 0.1', 'lambda 0.2']);
});

test('losses that have the same names are told apart by their options, their run ids by the hash alone', async () => {
  const { runs } = await load(
    `${minimal}matrix:\n  losses:\n    - [softmax]\n    - [softmax, center: {lambda: 0.1}]\n    - [softmax, center: {lambda: 0.2}]\n`,
  );
  expect(runs.map(({ label }) => label)).toEqual([
    'softmax',
    'softmax + center (lambda 0.1)',
    'softmax + center (lambda 0.2)',
  ]);
  expect(runs.map(({ id }) => id.replace(/[0-9a-f]{8}$/, ''))).toEqual([
    'softmax-',
    'softmax-center-',
    'softmax-center-',
  ]);
});

test('a run keeps its id when the matrix grows, and when device, threads, tracking or figures change', async () => {
  const [small, grown, moved] = [
    await load(`${minimal}matrix: {seed: [1, 2]}\n`),
    await load(`${minimal}matrix: {seed: [3, 1, 2]}\n`),
    await load(
      `${minimal}device: cpu\nthreads: 1\ndescription: more\ntracking: {mlflow: {url: 'http://localhost:5000'}}\nmatrix: {seed: [1, 2]}\n`,
    ),
  ];
  const ids = ({ runs }: Plan): string[] => runs.map(({ id }) => id);
  expect(ids(grown).slice(1)).toEqual(ids(small));
  expect(ids(moved)).toEqual(ids(small));
  expect(ids(await load(`${minimal}train: {epochs: 3}\nmatrix: {seed: [1, 2]}\n`))).not.toEqual(ids(small));
});

test('a loss that needs a teacher is refused without one, and takes the file that is named', async () => {
  writeFileSync(
    path.join(folder, 'taught.mjs'),
    `import { definePlugin, tf, z } from 'ablate-ml';
     export default definePlugin({kind: 'loss', name: 'taught', summary: 'x', framework: '^0.1.0', schema: z.strictObject({}),
       needs: () => ({teacher: true}), create: () => ({parameters: [], forward: ({teacher}) => ({value: tf.mean(teacher)})})});`,
  );
  const spec = (extras: string): string =>
    `dataset: glyphs\nbackbone: mlp\nlosses: [{./taught.mjs: {}${extras}}]\ntrain: {epochs: 1}\n`;
  const trusting = { catalogue: await createCatalogue({ trust: true }) };
  await expect(load(spec(''), trusting)).rejects.toThrow(
    /losses\.0: the loss ".\/taught.mjs" learns from a teacher, and none/,
  );
  const { runs } = await load(spec(', teacher: t.npy'), trusting);
  expect(runs[0]!.spec.losses[0]).toMatchObject({ teacher: 't.npy' });
  expect(unwrittenSpec(writtenSpec(runs[0]!.spec))).toEqual(runs[0]!.spec);
});

test('extends merges maps, replaces lists, and another plugin replaces options and all', async () => {
  writeFileSync(
    path.join(folder, 'base.yaml'),
    'dataset: {glyphs: {classes: 5, size: 16}}\nbackbone: mlp\nhead: {linear: {bias: false}}\nlosses: [softmax, center]\ntrain: {epochs: 3, batch: 32}\n',
  );
  const { runs } = await load(
    'extends: base.yaml\ndataset: {glyphs: {classes: 7}}\nhead: {cosine: {}}\nlosses: [arcface]\ntrain: {epochs: 4}\n',
  );
  const { spec } = runs[0]!;
  expect(spec.dataset.options).toMatchObject({ classes: 7, size: 16 });
  expect(spec.head).toEqual({ plugin: 'cosine', options: { subCenters: 1 } });
  expect(spec.losses.map(({ plugin }) => plugin)).toEqual(['arcface']);
  expect(spec.train).toMatchObject({ epochs: 4, batch: 32 });
});

test('--set reaches defaults, lists, whole plugins and the matrix', async () => {
  const set = [
    'optimizer.sgd.momentum=0.9',
    'losses.0.softmax.labelSmoothing=0.1',
    'head={linear: {bias: false}}',
    'matrix.train.epochs=[1, 2]',
    'train.batch=64',
  ];
  const { runs } = await load(minimal, { set });
  expect(runs).toHaveLength(2);
  expect(runs[1]!.spec).toMatchObject({
    optimizer: { options: { momentum: 0.9 } },
    losses: [{ options: { labelSmoothing: 0.1 } }],
    head: { options: { bias: false } },
    train: { epochs: 2, batch: 64 },
  });
});

test.each([
  ['train.epoch=3', '--set train.epoch: the --set path names nothing: unknown key "epoch"'],
  [
    'losses.3.center.lambda=1',
    '--set losses.3.center.lambda: the path names nothing: losses has the entries 0 to 0, no "3"',
  ],
  [
    'optimizer.adam.beta1=0.5',
    '--set optimizer.adam.beta1: the path names nothing: optimizer is "sgd", which has no "adam"',
  ],
  ['train.epochs=many', '--set train.epochs: found "many"'],
  ['epochs', '--set: found "epochs"'],
  ['a..b=1', '--set: found "a..b=1"'],
])('--set %s is refused', async (setting, message) => {
  await expect(load(minimal, { set: [setting] })).rejects.toThrow(message);
});

test('interpolation types what is not quoted, takes defaults, and leaves escapes', async () => {
  const text = `${minimal}seed: \${env:SEED}\ndescription: '\${env:EMPTY:-a b} $\${env:SEED}'\ntrain: {epochs: \${env:NONE:-3}}\n`;
  const { runs } = await load(text, { env: { SEED: '7', EMPTY: '' } });
  expect(runs[0]!.spec).toMatchObject({ seed: 7, description: 'a b ${env:SEED}', train: { epochs: 3 } });
  await expect(load(`${minimal}seed: '\${env:SEED}'\n`, { env: { SEED: '7' } })).rejects.toThrow('5:7 seed: found "7"');
  for (const name of ['constructor', 'toString', '__proto__']) {
    await expect(load(`${minimal}description: '\${env:${name}}'\n`)).rejects.toThrow(
      `the environment variable ${name} is not set`,
    );
    expect((await load(`${minimal}description: '\${env:${name}:-none}'\n`)).runs[0]!.spec.description).toBe('none');
  }
});

test('MLFLOW_TRACKING_URI tracks, unless the spec says what tracks', async () => {
  const env = { MLFLOW_TRACKING_URI: 'http://localhost:5000' };
  const plugins = async (text: string): Promise<string[]> =>
    (await load(text, { env })).runs[0]!.spec.tracking.map(({ plugin }) => plugin);
  expect(await plugins(minimal)).toEqual(['mlflow']);
  expect(await plugins(`${minimal}tracking: []\n`)).toEqual([]);
  expect(await plugins(`${minimal}tracking: null\n`)).toEqual([]);
});

test('merge keys and anchors', async () => {
  const { runs } = await load(
    'dataset: glyphs\nbackbone: mlp\nhead: linear\nlosses:\n  - softmax\n  - center: &center {lambda: 0.1, alpha: 0.2}\n  - center: {<<: *center, alpha: 0.9}\n',
  );
  expect(runs[0]!.spec.losses[2]!.options).toMatchObject({ lambda: 0.1, alpha: 0.9 });
});

test('a loss with a weight and parameters of its own', async () => {
  const { runs } = await load(
    'dataset: glyphs\nbackbone: mlp\nhead: linear\nlosses:\n  - softmax\n  - center: {lambda: {linear: {from: 0, to: 0.1, epochs: 5}}}\n    weight: {cosine: {from: 1, to: 0, steps: 100}}\n    parameters: {rateMultiple: 10, optimizer: {sgd: {momentum: 0}}}\n',
  );
  expect(runs[0]!.spec.losses[1]).toMatchObject({
    plugin: 'center',
    options: { lambda: { linear: { from: 0, to: 0.1, epochs: 5 } }, alpha: 0.5 },
    weight: { cosine: { from: 1, to: 0, steps: 100 } },
    parameters: { rateMultiple: 10, optimizer: { sgd: { momentum: 0, nesterov: false, weightDecay: 0 } } },
  });
});

test('the written spec reads back the same, is a spec itself, and never shows a secret', async () => {
  const env = { MY_TOKEN: '0123456', WHERE: 'http://user:hunter2@localhost:5000', PLACE: 'here' };
  const text = `${minimal}description: 'costs $\${env:MONEY}, \${env:PLACE}'\ntracking: {mlflow: {url: \${env:WHERE}, experiment: "\${env:MY_TOKEN}"}}\n`;
  const [run] = (await load(text, { env })).runs;
  expect(run!.spec.tracking[0]!.options).toMatchObject({ url: env.WHERE, experiment: env.MY_TOKEN });
  const written = writeSpec(run!);
  expect(written).not.toMatch(/0123456|hunter2/);
  expect(written).toContain('${env:MY_TOKEN}');
  expect(written).toContain('here');
  expect(readResolvedSpec(written, 'spec.yaml', env)).toEqual(run!.spec);
  expect((await load(written, { env }, 'again.yaml')).runs).toMatchObject([
    { id: run!.id, spec: run!.spec, secrets: run!.secrets },
  ]);
});

test('a secret is not shown by a fault either', async () => {
  await expect(load(`${minimal}seed: \${env:API_KEY}\n`, { env: { API_KEY: 'hush' } })).rejects.toThrow(
    'seed: found "${env:API_KEY}"',
  );
});

test('1,000 points', async () => {
  const list = (count: number): string => Array.from({ length: count }, (_, index) => index + 1).join(', ');
  const { runs } = await load(`${minimal}matrix:\n  seed: [${list(100)}]\n  train.epochs: [${list(10)}]\n`);
  expect(new Set(runs.map(({ id }) => id)).size).toBe(1000);
});

test('a file that is no spec', async () => {
  await expect(loadPlan(path.join(folder, 'absent.yaml'), { catalogue, env: {} })).rejects.toThrow(
    'absent.yaml: there is no such file',
  );
  await expect(loadPlan(folder, { catalogue, env: {} })).rejects.toThrow('this is a folder, not a spec');
  await expect(load(`description: ${'['.repeat(100_000)}`)).rejects.toThrow(
    'not valid YAML: this is nested too deeply',
  );
  await expect(load(`# ${'x'.repeat(1 << 20)}\n${minimal}`)).rejects.toThrow('which is no spec');
});

test('a second setting after one --set is no file, and a parent is not set', async () => {
  await expect(loadPlan(path.join(folder, 'train.epochs=3'), { catalogue, env: {} })).rejects.toThrow(
    'Did you mean --set train.epochs=3?',
  );
  await expect(load(minimal, { set: ['extends=absent.yaml'] })).rejects.toThrow(
    "--set extends: a spec's parent is read before anything is set",
  );
});

/** Each took a minute or had no end while time grew by the square of what is written. */
test.each([
  [
    'keys of one map',
    `${minimal}description: {${Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join(', ')}}\n`,
  ],
  ['interpolations that never end', `${minimal}description: "${'${'.repeat(200_000)}"\n`],
  ['interpolations that are keys', `${minimal}dataset: {${'${'.repeat(200_000)}\n`],
  ['aliases', `${minimal}description: [&a 1, ${'*a, '.repeat(60_000)}]\n`],
  [
    'entries that exclude points',
    `${minimal}matrix:\n  seed: [${Array.from({ length: 100 }, (_, seed) => seed).join(', ')}]\n  train.epochs: [${Array.from({ length: 100 }, (_, epochs) => epochs + 1).join(', ')}]\n  exclude: [${Array.from({ length: 10_000 }, (_, index) => `{seed: ${index}, train.epochs: 0}`).join(', ')}]\n`,
  ],
])(
  'a spec of a megabyte of %s is read or refused soon',
  async (_, text) => {
    const problem: unknown = await load(text, {}, 'large.yaml').then(
      () => undefined,
      (error: unknown) => error,
    );
    if (problem !== undefined) expect(problem).toMatchObject({ name: 'SpecError' });
  },
  60_000,
);

test('exclude takes out what it names, the first of entries that are alike, and says which names nothing', async () => {
  const grid = 'matrix:\n  seed: [1, 2]\n  train.epochs: [1, 2]\n';
  const plan = await load(`${minimal}${grid}  exclude: [{seed: 1, train.epochs: 2}, {train.epochs: 1}]\n`);
  expect(plan.runs.map(({ point }) => point)).toEqual([{ seed: 2, 'train.epochs': 2 }]);
  await expect(
    load(`${minimal}${grid}  exclude: [{seed: 1}, {seed: 1}, {seed: 1, train.epochs: 1}]\n`),
  ).rejects.toThrow(/matrix\.exclude\.1.*\n.*matrix\.exclude\.2/s);
});

test('a loss that compares classes is refused where a batch, or a part of one, holds one class', async () => {
  const spec = (more: string): string => `dataset: glyphs\nbackbone: mlp\nlosses: [triplet]\n${more}\n`;
  await expect(
    load(spec('sampler: {p-k: {imagesPerClass: 5, classesPerBatch: 1}}\ntrain: {batch: 5}')),
  ).rejects.toThrow(
    /the loss "triplet" compares images of different classes, and the sampler "p-k" puts one class into a batch\. Set train\.batch to at least 10/,
  );
  await expect(load(spec('sampler: {p-k: {imagesPerClass: 4}}\ntrain: {batch: 16, accumulate: 4}'))).rejects.toThrow(
    'puts one class into each of the 4 parts of a batch',
  );
  await load(spec('sampler: {p-k: {imagesPerClass: 4}}\ntrain: {batch: 16, accumulate: 2}'));
});
