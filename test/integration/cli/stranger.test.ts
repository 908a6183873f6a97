import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../framework/app/api/run.ts';
import { ablate } from '#test/ablate';

let folder: string;
let stranger: string;
let mine: string;
let marks: string;

const write = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};

/** Code that leaves a mark when it is evaluated, and is a good plugin beside it. */
const marking = (name: string): string => `
import { writeFileSync } from 'node:fs';
import { definePlugin, tf, z } from 'ablate-ml';
writeFileSync(${JSON.stringify(join(marks, 'MARK'))}.replace('MARK', '${name}'), '');
export default definePlugin({
  kind: 'loss', name: '${name}', summary: 'Leaves a mark.', framework: '^0.1.0', schema: z.strictObject({}),
  create: () => ({ parameters: [], forward: ({ embedding }) => ({ value: tf.mean(tf.square(embedding)) }) }),
});
`;
const specOf = (losses: string): string => `
dataset: {glyphs: {classes: 3, imagesPerClass: 10, testPerClass: 2, size: 12}}
backbone: {mlp: {embedding: 4, hidden: [8]}}
head: {linear: {}}
losses: ${losses}
device: cpu
train: {steps: 1, batch: 10}
`;
const packageOf = async (directory: string, name: string): Promise<void> => {
  await write(
    join(directory, 'package.json'),
    JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js', main: './index.js' }),
  );
  await write(join(directory, 'index.js'), marking(name));
};
const specs = {
  path: '[softmax, ./plugin.mjs]',
  package: '[softmax, evil]',
  'the name of a package of mine': '[softmax, good]',
  'within another plugin': '[{cross-batch-memory: {loss: {./plugin.mjs: {}}}}]',
} as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-stranger-'));
  [stranger, mine, marks] = [join(folder, 'stranger'), join(folder, 'mine'), join(folder, 'marks')];
  await mkdir(marks);
  // A stranger's folder trusts itself in every way it can, and brings packages that Ablate itself uses.
  await write(
    join(stranger, 'package.json'),
    JSON.stringify({
      name: 'stranger',
      type: 'module',
      dependencies: { evil: '1', good: '1' },
      ablate: { plugins: ['./plugin.mjs', 'evil', 'good'] },
    }),
  );
  await write(join(stranger, 'plugin.mjs'), marking('plugin'));
  for (const name of ['evil', 'good', 'softmax', 'typescript', 'zod', 'ablate-ml'])
    await packageOf(join(stranger, 'node_modules', name), name);
  await write(join(stranger, 'base.yaml'), specOf(specs.path));
  await write(join(stranger, 'extending.yaml'), 'extends: base.yaml\nseed: 2\n');
  for (const [name, losses] of Object.entries(specs)) await write(join(stranger, `${name}.yaml`), specOf(losses));
  await write(
    join(stranger, 'within another plugin.yaml'),
    `${specOf(specs['within another plugin'])}sampler: {p-k: {imagesPerClass: 5}}\n`,
  );
  await write(join(stranger, 'plain.yaml'), specOf('[softmax]'));
  await write(join(mine, 'package.json'), JSON.stringify({ name: 'mine', dependencies: { good: '^1.0.0' } }));
  await packageOf(join(mine, 'node_modules', 'good'), 'good');
});
afterAll(() => rm(folder, { recursive: true }));

const marked = async (): Promise<string[]> => (await readdir(marks)).sort();
const call = (...args: string[]) => ablate(args, { cwd: mine });

describe("a stranger's spec", () => {
  it('is refused by validate, however it names a plugin, with the line to add, and nothing of it runs', async () => {
    const names = ['path', 'package', 'the name of a package of mine', 'extending'];
    const { code, stderr } = await call('validate', ...names.map((name) => join(stranger, `${name}.yaml`)));
    const faults = stderr.split('\n').filter((line) => line.includes("is somebody's code, and none of it was run"));
    expect([code, faults.length]).toEqual([2, 4]);
    expect(faults[0]).toContain(
      'add "ablate": {"plugins": ["../stranger/plugin.mjs"]} to package.json, or --trust for this once',
    );
    expect(faults[1]).toContain(
      'the package "evil" is somebody\'s code, and none of it was run: this project does not list it. If you trust that code, add "ablate": {"plugins": ["evil"]} to package.json',
    );
    expect(faults[2]).toMatch(
      /this project's own copy in .*mine\/node_modules\/good|this project's own copy in node_modules\/good/,
    );
    expect(faults[3]).toMatch(/^\S*base\.yaml:/);
    expect(await marked()).toEqual([]);
  });

  it.each([
    ['run', 'path.yaml'],
    ['check', 'plugin.mjs'],
    ['describe', 'node_modules/evil'],
    ['report', 'package.yaml'],
  ])('is refused by %s %s', async (command, file) => {
    const { code, stderr } = await call(command, join(stranger, file));
    expect([code, stderr]).toEqual([2, expect.stringContaining("somebody's code")]);
    expect(await marked()).toEqual([]);
  });

  it.each(['validate', 'run'])(
    'that names a plugin within another plugin is refused by %s, at its place',
    async (command) => {
      const { code, stderr } = await call(command, join(stranger, 'within another plugin.yaml'));
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(
          /within another plugin\.yaml:\d+:\d+[^]*losses[.[]0[^]*cross-batch-memory[^]*somebody's code/,
        ),
      ]);
      expect(await marked()).toEqual([]);
    },
  );

  it('is refused to the library too', async () => {
    await expect(run(join(stranger, 'path.yaml'), { out: join(mine, 'runs') }).report).rejects.toThrow(
      "somebody's code",
    );
    expect(await marked()).toEqual([]);
  });

  it('runs with built-in plugins, and neither packages beside it nor its repository run with it', async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
        cwd: stranger,
        encoding: 'utf8',
      });
    git('init', '--quiet');
    await write(join(stranger, '.gitattributes'), 'plain.yaml filter=evil diff=evil\n');
    git('add', 'plain.yaml', '.gitattributes');
    git('commit', '--quiet', '--message', 'all');
    for (const name of ['fsmonitor', 'clean', 'textconv', 'external']) {
      await write(join(stranger, `${name}.sh`), `#!/bin/sh\ntouch ${join(marks, name)}\n`);
      await chmod(join(stranger, `${name}.sh`), 0o755);
    }
    const script = (name: string): string => join(stranger, `${name}.sh`);
    git('config', 'core.fsmonitor', script('fsmonitor'));
    git('config', 'filter.evil.clean', script('clean'));
    git('config', 'diff.evil.textconv', script('textconv'));
    git('config', 'diff.external', script('external'));
    await writeFile(join(stranger, 'plain.yaml'), `${await readFile(join(stranger, 'plain.yaml'), 'utf8')}# changed\n`);
    const { code, stderr } = await call('run', join(stranger, 'plain.yaml'));
    expect(code, stderr).toBe(0);
    expect(await marked()).toEqual([]);
    git('diff', 'HEAD');
    expect(await marked()).not.toEqual([]);
    for (const name of await marked()) await rm(join(marks, name));
  });

  it('runs after --trust, and its run goes on, is evaluated and made again after --trust alone', async () => {
    const { code, stderr, stdout } = await call('run', join(stranger, 'path.yaml'), '--trust', '--json');
    expect(code, stderr).toBe(0);
    expect(await marked()).toEqual(['plugin']);
    await rm(join(marks, 'plugin'));
    const [{ dir }] = (JSON.parse(stdout) as { runs: [{ dir: string }] }).runs;
    for (const again of [
      ['resume', dir],
      ['evaluate', dir, '--evaluate', 'accuracy'],
      ['reproduce', dir],
    ]) {
      const refused = await call(...again);
      expect([refused.code, refused.stderr], again.join(' ')).toEqual([2, expect.stringContaining("somebody's code")]);
      expect(await marked()).toEqual([]);
      const trusted = await call(...again, '--trust');
      expect(trusted.code, trusted.stderr).toBe(0);
      expect(await marked()).toEqual(['plugin']);
      await rm(join(marks, 'plugin'));
    }
  });
});

describe("a project's own package.json", () => {
  it('is what lets its dependencies and the paths that it lists run, from the folder that one works in', async () => {
    await write(join(mine, 'losses', 'own.mjs'), marking('own'));
    await write(join(mine, 'spec.yaml'), specOf('[softmax, good, ./losses/own.mjs]'));
    const before = await call('validate', 'spec.yaml');
    expect([before.code, before.stderr]).toEqual([2, expect.stringContaining('"plugins": ["./losses/own.mjs"]')]);
    expect(await marked()).toEqual(['good']);
    await write(
      join(mine, 'package.json'),
      JSON.stringify({ name: 'mine', dependencies: { good: '^1.0.0' }, ablate: { plugins: ['./losses/own.mjs'] } }),
    );
    expect(await call('validate', 'spec.yaml')).toMatchObject({ code: 0, stderr: '' });
    expect(await marked()).toEqual(['good', 'own']);
  });

  it('that cannot be read for its plugins is an error with its place', async () => {
    await write(join(mine, 'package.json'), '{"ablate": {"plugin": []}}');
    expect(await call('validate', 'spec.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'package.json cannot be read for the plugins that this project trusts: ablate: Unrecognized key: "plugin"',
      ) as string,
    });
  });
});
