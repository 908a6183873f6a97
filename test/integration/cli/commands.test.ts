import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ablateHere } from '#test/ablate-here';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));
const spec = path.join(folder, 'good.yaml');
writeFileSync(spec, 'dataset: glyphs\nbackbone: mlp\nhead: linear\nlosses: [softmax]\nmatrix: {seed: [1, 2]}\n');

test('validate shows the runs of a good spec and makes nothing', async () => {
  const { code, stdout, stderr } = await ablateHere(['validate', spec, '--set', 'train.epochs=3']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /good\.yaml: ok, 2 runs\n {2}seed 1 {2}\(seed-1-[0-9a-f]{8}\)\n {2}seed 2 {2}\(seed-2-[0-9a-f]{8}\)\n$/,
  );
  expect(readdirSync(folder)).toEqual(['good.yaml']);
});

test('validate tells the faults of all specs and leaves with 2', async () => {
  const { code, stdout, stderr } = await ablateHere([
    'validate',
    'test/integration/cli/wrong/unknown-option.yaml',
    spec,
    'test/integration/cli/wrong/no-head.yaml',
  ]);
  expect(code).toBe(2);
  expect(stdout).toContain('good.yaml: ok, 2 runs');
  expect(stderr.split('\n').map((line) => line.split(': ', 1)[0])).toEqual([
    'test/integration/cli/wrong/unknown-option.yaml:6:14 losses.1.center.lamda',
    'test/integration/cli/wrong/no-head.yaml:3:10 losses.0',
    '2 faults',
    '',
  ]);
});

test('validate --json is one document', async () => {
  const { code, stdout, stderr } = await ablateHere([
    'validate',
    '--json',
    spec,
    'test/integration/cli/wrong/unknown-option.yaml',
  ]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    specs: [{ name: 'good', file: spec, runs: [{ label: 'seed 1', seed: 1, point: { seed: 1 } }, { seed: 2 }] }],
    faults: [
      {
        code: 'PLUGIN_OPTIONS',
        file: path.resolve('test/integration/cli/wrong/unknown-option.yaml'),
        line: 6,
        column: 14,
        path: 'losses.1.center.lamda',
        remedy: 'Did you mean "lambda"?',
      },
    ],
  });
});

test('list shows one kind, or all', async () => {
  const { code, stdout } = await ablateHere(['list', 'heads', '--json']);
  expect(code).toBe(0);
  const { plugins } = JSON.parse(stdout) as { plugins: { kind: string; name: string }[] };
  expect(plugins.map(({ name }) => name)).toEqual(['cosine', 'linear', 'sampled']);
  expect(plugins[0]).toEqual({
    kind: 'head',
    name: 'cosine',
    summary: expect.any(String) as string,
    origin: 'built-in',
    version: '0.1.0',
    framework: '^0.1.0',
  });
  expect((await ablateHere(['list'])).stdout).toMatch(
    /^KIND +NAME.*\n(.*\n)*dataset +glyphs .*\n(.*\n)*loss +softmax +built-in/,
  );
  expect(await ablateHere(['list', 'lossy'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no kind of plugin "lossy"') as string,
  });
});

test('describe shows the options and the needs of a plugin', async () => {
  const { stdout } = await ablateHere(['describe', 'head/cosine']);
  expect(stdout).toMatch(/^heads\/cosine {2}/);
  expect(stdout).toContain('Gives cosines.');
  expect(stdout).toMatch(/OPTION +DEFAULT +ALLOWED +MEANING\nsubCenters +1 +an integer from 1 to 100 +\S/);
  expect((await ablateHere(['describe', 'triplet', '--markdown'])).stdout).toMatch(
    /\n\| `margin` \| a number of at least 0 \| `0\.2` \| /,
  );
  const both = JSON.parse((await ablateHere(['describe', 'cosine', '--json'])).stdout) as {
    plugins: { kind: string }[];
  };
  expect(both.plugins.map(({ kind }) => kind)).toEqual(['head', 'distance', 'schedule']);
  expect(await ablateHere(['describe', 'sofmax'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "softmax"?') as string,
  });
});
