import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { chromiumPath, closeBrowser, openPage } from '#test/open-page';
import { classFolders } from '#test/class-folders';
import { installedAblate } from './packed.ts';

const side = 16;
const settings = `
device: cpu
dataset: {image-folder: {path: images, color: gray, split: {by: image, shares: [0.75, 0.25]}}}
backbone: {mlp: {embedding: 8, hidden: [32]}}
head: {linear: {}}
schedule: {constant: {rate: 0.05}}
train: {epochs: 2, batch: 16}
evaluate: [accuracy]
`;

/** A loss of one's own; `forward` is the body of its function, as TypeScript or as JavaScript. */
const lossOf = (name: string, { types = '', forward = 'return { value: meanSquare(embedding) };', more = '' } = {}) => `
import { definePlugin, tf, z } from 'ablate-ml';

${types ? `type Scalar = ${types};` : ''}
const meanSquare = (embedding${types ? ': tf.Tensor2D' : ''})${types ? ': Scalar' : ''} =>
  tf.mean(tf.sum(tf.square(embedding), 1))${types ? ' as Scalar' : ''};

export default definePlugin({
  kind: 'loss',
  name: '${name}',
  summary: 'Mean squared norm of the embedding.',
  framework: '^0.1.0',
  schema: z.strictObject({ factor: z.number().default(1).describe('Factor.') }),
  create: () => ({
    parameters: [],
    forward: ({ embedding }) => {
      ${forward}
    },
  }),
  ${more}
});
`;
const inTypeScript = (name: string, changes = {}): string => lossOf(name, { types: 'tf.Scalar', ...changes });

interface Run {
  readonly name: string;
  readonly dir: string;
  readonly status: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly error?: { readonly message: string };
}
const runsIn = (stdout: string): readonly Run[] => (JSON.parse(stdout) as { runs: Run[] }).runs;

/**
 * Declares the tests of the way that a new user and an author of a plugin go, with nothing but the packed package.
 *
 * @param projectOf gives the project that the package is installed in, once tests run
 */
export function describeWholeWay(projectOf: () => string): void {
  const at = (...names: string[]): string => path.join(projectOf(), 'way', ...names);
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  const ablate = (args: readonly string[], node?: string, folder = at()) => {
    const command = path.join(projectOf(), 'node_modules', 'ablate-ml', 'framework', 'app', 'bin', 'ablate.mjs');
    const ended = installedAblate(folder, [command, ...args], {}, node ?? process.execPath);
    return { ...ended, all: `${ended.stdout}${ended.stderr}` };
  };

  beforeAll(async () => {
    await classFolders(at('images'), { classes: 4, images: 12, side });
    write('package.json', '{"private": true, "type": "module"}');
  });
  afterAll(closeBrowser);

  describe('from a folder of images to a model elsewhere', () => {
    let runs: readonly Run[];

    test('two losses on two seeds', () => {
      write('way.yaml', `${settings}matrix: {losses: [[softmax], [softmax, center]], seed: [1, 2]}\n`);
      const { status, stdout, stderr } = ablate(['run', 'way.yaml', '--json']);
      expect(status, stderr).toBe(0);
      runs = runsIn(stdout);
      expect(runs.map(({ name, status: ended }) => `${name} ${ended}`)).toEqual([
        'softmax · seed 1 finished',
        'softmax · seed 2 finished',
        'softmax + center · seed 1 finished',
        'softmax + center · seed 2 finished',
      ]);
      // Better than chance: a quarter.
      for (const { metrics } of runs) expect(metrics.accuracy).toBeGreaterThan(0.4);
    });

    test('are compared, and the report is printed by a browser', async (context) => {
      const compared = ablate(['compare', 'runs/way', '--metric', 'accuracy']);
      expect(compared.status, compared.stderr).toBe(0);
      for (const loss of ['softmax', 'softmax + center']) expect(compared.stdout).toContain(loss);
      const { status, stderr } = ablate(['report', 'runs/way', '--out', 'report.html']);
      expect(status, stderr).toBe(0);
      if (!chromiumPath && process.env.ABLATE_REQUIRE_CHROMIUM !== '1') return context.skip('no Chromium');
      const { page, complaints } = await openPage(`file://${at('report.html')}`);
      const sheets = await page.pdf({
        path: at('report.pdf'),
        format: 'A4',
        printBackground: true,
      });
      expect(complaints).toEqual([]);
      expect(sheets.subarray(0, 5).toString()).toBe('%PDF-');
      const read = spawnSync('pdftotext', [at('report.pdf'), '-'], { encoding: 'utf8' });
      if (!read.error)
        for (const words of ['softmax + center', 'accuracy', '2 seeds']) expect(read.stdout).toContain(words);
    });

    test('and ONNX Runtime gives the embeddings of images as `embed` writes them', async (context) => {
      const python = process.env.ABLATE_PYTHON;
      if (!python && process.env.ABLATE_REQUIRE_ONNX !== '1') return context.skip('ABLATE_PYTHON names no Python');
      const { dir } = runs[0]!;
      const embedded = ablate(['embed', dir, '--images', 'images', '--out', 'embeddings.json']);
      expect(embedded.status, embedded.stderr).toBe(0);
      const exported = ablate(['export', dir, '--format', 'onnx', '--out', 'onnx', '--json']);
      expect(exported.status, exported.stderr).toBe(0);
      const { preprocessing } = JSON.parse(exported.stdout) as { preprocessing: { scale: number; offset: number } };
      const { rows, files } = embeddingsIn(JSON.parse(readFileSync(at('embeddings.json'), 'utf8')));
      const pixels = await Promise.all(
        files.map(async (file) => [...(await sharp(at('images', file)).toColorspace('b-w').raw().toBuffer())]),
      );
      const images = pixels.flat().map((value) => value * preprocessing.scale + preprocessing.offset);
      writeFileSync(at('images.bin'), Float32Array.from(images));
      const script = `
import json, sys, numpy, onnxruntime
images = numpy.fromfile('images.bin', dtype=numpy.float32).reshape(-1, ${side}, ${side}, 1)
session = onnxruntime.InferenceSession('onnx/model.onnx', providers=['CPUExecutionProvider'])
print(json.dumps(session.run(None, {session.get_inputs()[0].name: images})[0].tolist()))
`;
      const ran = spawnSync(python!, ['-c', script], { cwd: at(), encoding: 'utf8' });
      expect(ran.status, ran.stderr).toBe(0);
      const given = JSON.parse(ran.stdout) as number[][];
      expect(given).toHaveLength(48);
      const differences = given.flatMap((row, index) => row.map((value, of) => Math.abs(value - rows[index]![of]!)));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
    });
  });

  describe("a loss of one's own", () => {
    const ways = ['../losses/by-path.ts', '../losses/by-path.js', 'ablate-loss-typed', 'ablate-loss-plain'];
    beforeAll(() => {
      write('losses/by-path.ts', inTypeScript('typed-path'));
      write('losses/by-path.js', lossOf('plain-path'));
      // A second project that has both as packages.
      for (const [name, file, source] of [
        ['ablate-loss-typed', 'index.ts', inTypeScript('typed-name')],
        ['ablate-loss-plain', 'index.js', lossOf('plain-name')],
      ] as const) {
        write(
          `second/node_modules/${name}/package.json`,
          JSON.stringify({
            name,
            version: '1.0.0',
            type: 'module',
            exports: `./${file}`,
            peerDependencies: { 'ablate-ml': '^0.1.0' },
          }),
        );
        write(`second/node_modules/${name}/${file}`, source);
      }
      write(
        'second/package.json',
        JSON.stringify({
          type: 'module',
          dependencies: { 'ablate-loss-typed': '1', 'ablate-loss-plain': '1' },
          ablate: { plugins: ways.slice(0, 2) },
        }),
      );
      const each = ways.map((way) => `[softmax, {'${way}': {factor: 2}}]`).join(', ');
      write(
        'second/spec.yaml',
        `${settings.replace('path: images', 'path: ../images')}\nmatrix: {losses: [${each}]}\n`,
      );
    });

    const nodes = [
      ['this Node', process.execPath, undefined],
      ['Node 22', process.env.ABLATE_NODE_22, 'ABLATE_NODE_22'],
      ['the newest Node', process.env.ABLATE_NEWEST_NODE, 'ABLATE_NEWEST_NODE'],
    ] as const;
    test.for(nodes)('trains by path and by name, in TypeScript and JavaScript, on %s', ([, node, named], context) => {
      if (!node && process.env.ABLATE_REQUIRE_NEWEST_NODE !== '1') return context.skip(`${named} names no Node`);
      expect(node && existsSync(node), `${named} names no Node binary`).toBe(true);
      const { status, stdout, stderr } = ablate(['run', 'spec.yaml', '--json', '--fresh'], node, at('second'));
      expect(status, stderr).toBe(0);
      const runs = runsIn(stdout);
      expect(runs.map(({ status: ended }) => ended)).toEqual(ways.map(() => 'finished'));
      const names = ['typed-path', 'plain-path', 'typed-name', 'plain-name'];
      for (const [index, { dir }] of runs.entries())
        expect(readFileSync(path.join(dir, 'journal.jsonl'), 'utf8')).toMatch(new RegExp(`"${names[index]!}":\\d`));
      // The four say the same.
      expect(new Set(runs.map(({ metrics }) => JSON.stringify(metrics))).size).toBe(1);
    });

    /** What `ablate` says of a spec that names one loss by its path. */
    const said = (
      file: string,
      source: string,
      command = 'validate',
      losses = `[softmax, ./broken/${file}]`,
    ): string => {
      write(`broken/${file}`, source);
      write(`${file}.yaml`, `${settings}losses: ${losses}\n`);
      const { status, all } = ablate([
        command,
        `${file}.yaml`,
        '--trust',
        ...(command === 'run' ? ['--out', 'broken-runs'] : []),
      ]);
      expect(status, all).not.toBe(0);
      return all;
    };
    const lineOf = (source: string, words: string): number =>
      source.split('\n').findIndex((line) => line.includes(words)) + 1;

    test('that is no TypeScript is told with file and line', () => {
      const source = inTypeScript('torn', { forward: 'return { value: ;' });
      expect(said('torn.ts', source)).toMatch(new RegExp(`broken/torn\\.ts:${lineOf(source, 'value: ;')}\\b`));
    });

    test('that exports nothing is told with what to write', () => {
      const all = said('nothing.ts', inTypeScript('nothing').replace('export default', 'export const mine ='));
      expect(all).toMatch(/nothing\.ts/);
      expect(all).toContain('Its default export must be the result of definePlugin({');
    });

    test('whose option is misspelt in the spec is told with place and the option that was meant', () => {
      const all = said('option.ts', inTypeScript('option'), 'validate', '[softmax, ./broken/option.ts: {facter: 2}]');
      expect(all).toMatch(/option\.ts\.yaml:\d+:\d+/);
      expect(all).toContain('Did you mean "factor"?');
    });

    test('that calls what is not there is told with the line of the call', () => {
      const source = inTypeScript('call', { forward: 'return { value: (tf as any).meen(embedding) };' });
      const all = said('call.ts', source, 'run');
      expect(all).toContain('tf.meen is not a function');
      expect(all).toMatch(new RegExp(`broken/call\\.ts:${lineOf(source, 'meen')}\\b`));
    });

    test('that gives a value an image is told with the shape that is wanted', () => {
      const source = inTypeScript('vector', { forward: 'return { value: tf.sum(embedding, 1) as any };' });
      expect(said('vector.ts', source, 'run')).toMatch(
        /The loss "vector".*gives a tensor \[\d+\] of float32 instead of a scalar as its value/,
      );
    });
  });
}

/** Rows and files of what `embed` writes as JSON. */
function embeddingsIn(written: unknown): { rows: readonly number[][]; files: readonly string[] } {
  const { embedding, name } = written as { embedding: number[][]; name: string[] };
  return { rows: embedding, files: name };
}
