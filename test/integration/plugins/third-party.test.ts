import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';

/** A loss as its author publishes it: plain JavaScript, importing nothing but the public entry. */
const lossSource = `
import { definePlugin, tf, z } from 'ablate-ml';

export default definePlugin({
  kind: 'loss',
  name: 'squared-norm',
  summary: 'Penalty on the squared norm of the embedding.',
  framework: '^0.1.0',
  schema: z.strictObject({ factor: z.number().positive().default(0.5).describe('factor of the penalty') }),
  create: (options) => ({
    parameters: [],
    forward: ({ embedding }) => ({ value: tf.mul(options.factor, tf.mean(tf.sum(tf.square(embedding), 1))) }),
  }),
});
`;

const specOf = (plugin: string): string => `
name: third-party
dataset: {glyphs: {classes: 3, imagesPerClass: 20, testPerClass: 5, size: 12}}
backbone: {mlp: {embedding: 4, hidden: [16]}}
head: {linear: {}}
losses: [softmax, {'${plugin}': {factor: 0.25}}]
train: {epochs: 2, batch: 20}
evaluate: [accuracy]
`;

describe("a third party's loss, outside the project", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ablate-third-party-'));
    const installed = join(folder, 'node_modules', 'ablate-loss-squared-norm');
    await mkdir(installed, { recursive: true });
    await writeFile(
      join(installed, 'package.json'),
      JSON.stringify({ name: 'ablate-loss-squared-norm', version: '1.2.3', type: 'module', exports: './index.js' }),
    );
    await writeFile(join(installed, 'index.js'), lossSource);
    await mkdir(join(folder, 'losses'));
    await writeFile(join(folder, 'losses', 'squared-norm.ts'), lossSource);
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({
        type: 'module',
        dependencies: { 'ablate-loss-squared-norm': '^1.2.0' },
        ablate: { plugins: ['./losses/squared-norm.ts'] },
      }),
    );
  });

  it.each([
    ['relative path', '../losses/squared-norm.ts'],
    ['npm package name', 'ablate-loss-squared-norm'],
  ])('trains by %s', async (_, plugin) => {
    await mkdir(join(folder, 'specs'), { recursive: true });
    const spec = join(folder, 'specs', 'spec.yaml');
    await writeFile(spec, specOf(plugin));
    const ended = await ablate(['run', spec, '--json', '--fresh', '--out', join(folder, 'runs')], { cwd: folder });
    expect(ended.code, ended.stderr).toBe(0);
    const [run] = (JSON.parse(ended.stdout) as { runs: { dir: string; status: string }[] }).runs;
    expect(run!.status).toBe('finished');
    const journal = await readFile(join(run!.dir, 'journal.jsonl'), 'utf8');
    expect(journal).toMatch(/"squared-norm":\d/);
  });

  it('is checked like a built-in one', async () => {
    const spec = join(folder, 'wrong.yaml');
    await writeFile(spec, specOf('./losses/squared-norm.ts').replace('factor: 0.25', 'faktor: 0.25'));
    const ended = await ablate(['run', spec], { cwd: folder });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('wrong.yaml:6:');
    expect(ended.stderr).toContain('Did you mean "factor"?');
  });
});
