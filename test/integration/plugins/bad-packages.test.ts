import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablate } from '#test/ablate';

/** A package of a loss; `forward` is the body of the function. */
interface Package {
  readonly name?: string;
  readonly forward?: string;
  readonly head?: string;
  readonly peers?: Readonly<Record<string, string>>;
  readonly range?: string;
  readonly create?: string;
}

const packages: Readonly<Record<string, Package>> = {
  'good-loss': { peers: { 'ablate-ml': '^0.1.0' } },
  'old-range': { range: '^0.0.1' },
  'old-peer': { peers: { 'ablate-ml': '^9.0.0' } },
  'missing-peer': { peers: { 'ablate-ml': '^0.1.0', 'not-there': '^2.0.0' } },
  'other-peer': { peers: { 'ablate-ml': '^0.1.0', 'there-in-one': '^2.0.0' } },
  'throwing-module': { head: "throw new Error('not today');" },
  'twin-one': { name: 'twin' },
  'twin-two': { name: 'twin' },
  'another-softmax': { name: 'softmax' },
  'no-forward': { create: '{ parameters: [] }' },
  'no-object': { create: 'undefined' },
  'throwing-factory': { create: "(() => { throw new Error('no table'); })()" },
  'vector-valued': { forward: 'return { value: tf.sum(tf.square(embedding), 1) };' },
  'leaking-loss': { forward: 'tf.keep(tf.scalar(1)); return { value: tf.mean(tf.square(embedding)) };' },
  'throwing-loss': { forward: "throw new Error('this batch is odd');" },
};

const sourceOf = (
  id: string,
  {
    name = id,
    forward = 'return { value: tf.mean(tf.square(embedding)) };',
    head = '',
    range = '^0.1.0',
    create = `{ parameters: [], forward: ({ embedding }) => { ${forward} } }`,
  }: Package,
): string => `
import { definePlugin, tf, z } from 'ablate-ml';
${head}
export default definePlugin({
  kind: 'loss', name: '${name}', summary: 'A loss.', framework: '${range}', schema: z.strictObject({}), create: () => (${create}),
});
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-bad-packages-'));
  const install = async (id: string, manifest: object, source: string): Promise<void> => {
    const directory = join(folder, 'node_modules', id);
    await mkdir(directory, { recursive: true });
    await writeFile(
      join(directory, 'package.json'),
      JSON.stringify({ name: id, version: '1.2.3', type: 'module', exports: './index.js', ...manifest }),
    );
    await writeFile(join(directory, 'index.js'), source);
  };
  for (const [id, one] of Object.entries(packages))
    await install(id, one.peers ? { peerDependencies: one.peers } : {}, sourceOf(id, one));
  await install('there-in-one', { version: '1.0.0' }, 'export default 1;\n');
  const { 'good-loss': _, ...bad } = packages;
  // The good one is found by its peer dependency alone; what is no plugin is left alone.
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      type: 'module',
      dependencies: { 'good-loss': '1', 'there-in-one': '1' },
      ablate: { plugins: [...Object.keys(bad), './gone.js'] },
    }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('ablate list', () => {
  it('shows where each comes from, its version and range, and what is wrong with each, with the remedy', async () => {
    const { code, stdout } = await ablate(['list', 'losses', '--json'], { cwd: folder });
    expect(code).toBe(2);
    const { plugins, problems } = JSON.parse(stdout) as {
      plugins: { name: string; specifier?: string }[];
      problems: { specifier: string; message: string; remedy: string }[];
    };
    expect(plugins.find(({ name }) => name === 'good-loss')).toEqual({
      kind: 'loss',
      name: 'good-loss',
      summary: 'A loss.',
      origin: 'package',
      specifier: 'good-loss',
      version: '1.2.3',
      framework: '^0.1.0',
    });
    expect(plugins.map(({ specifier }) => specifier)).not.toContain('there-in-one');
    const said = Object.fromEntries(
      problems.map(({ specifier, message, remedy }) => [specifier, `${message} | ${remedy}`]),
    );
    expect(said).toEqual({
      'old-range': expect.stringMatching(
        /The package "old-range" needs ablate-ml \^0\.0\.1, and this is 0\.1\.0 \| Install a version of the plugin/,
      ) as string,
      'old-peer': expect.stringMatching(
        /The package "old-peer" needs ablate-ml \^9\.0\.0, and this is 0\.1\.0 \| Install/,
      ) as string,
      'missing-peer':
        'The package "missing-peer" needs the package "not-there" (^2.0.0) beside it, which is not installed | Type: npm install "not-there@^2.0.0"',
      'other-peer':
        'The package "other-peer" needs there-in-one ^2.0.0, and this is 1.0.0 | Type: npm install "there-in-one@^2.0.0"',
      'throwing-module': expect.stringMatching(
        /The package "throwing-module" fails while it is loaded .*: not today \| Mend it/,
      ) as string,
      'twin-one':
        'The package "twin-one" holds a loss called "twin", and so does twin-two | In a spec name it twin-one, or give it another name.',
      'twin-two': expect.stringContaining('and so does twin-one') as string,
      'another-softmax': expect.stringContaining(
        'called "softmax", and so does a plugin that comes with Ablate',
      ) as string,
      './gone.js': expect.stringContaining('there is no plugin at gone.js') as string,
    });
  });
});

describe('a run', () => {
  const spec = (losses: string): Promise<void> =>
    writeFile(
      join(folder, 'spec.yaml'),
      `
dataset: {glyphs: {classes: 3, imagesPerClass: 10, testPerClass: 2, size: 12}}
backbone: {mlp: {embedding: 4, hidden: [8]}}
head: {linear: {}}
device: cpu
train: {steps: 20, batch: 3}
${losses}
`,
    );

  it('refuses a short name that two plugins of the project have', async () => {
    await spec('losses: [softmax, twin]');
    const { code, stderr } = await ablate(['validate', 'spec.yaml'], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        '"twin" is the name of a loss in 2 plugins of this project: twin-one, twin-two. Name it by its package or path: twin-one.',
      ),
    ]);
  });

  it('of an unfit component ends with its name, package and version, and what is wrong', async () => {
    const names = [
      'good-loss',
      'no-forward',
      'no-object',
      'throwing-factory',
      'vector-valued',
      'leaking-loss',
      'throwing-loss',
    ];
    await spec(`matrix:\n  losses: [${names.map((name) => `[softmax, ${name}]`).join(', ')}]`);
    const { code, stdout } = await ablate(['run', 'spec.yaml', '--json'], { cwd: folder });
    expect(code).toBe(1);
    const { runs } = JSON.parse(stdout) as { runs: { dir: string; error?: { code: string; message: string } }[] };
    const who = (name: string): string => `The loss "${name}" of the package "${name}" 1.2.3`;
    const told = runs.map(({ error }) => error?.message ?? 'finished');
    expect(told).toEqual([
      'finished',
      expect.stringContaining(`${who('no-forward')} makes a loss that has no function "forward"`),
      expect.stringContaining(`${who('no-object')} makes a loss that has no object`),
      expect.stringContaining(`${who('throwing-factory')} could not be made: no table`),
      expect.stringContaining(`${who('vector-valued')} gives a tensor [3] of float32 instead of a scalar as its value`),
      expect.stringContaining(`${who('leaking-loss')} leaves 1 tensor behind in every step`),
      expect.stringContaining(`${who('throwing-loss')} failed in forward: this batch is odd`),
    ]);
    for (const message of told.filter((one) => /makes|gives|leaves/.test(one)))
      expect(message).toContain('tell its author');
    expect(await readFile(join(runs.at(-1)!.dir, 'error.txt'), 'utf8')).toMatch(
      /this batch is odd\n[^]*node_modules\/throwing-loss\/index\.js/,
    );
  });
});
