import { copyFile, mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { npyFixture, npzFixture, safetensorsFixture } from '../../../framework/data/embeddings/array-fixtures.ts';
import { ablateHere } from '#test/ablate-here';
import { ablate, type Ended } from '#test/ablate';

interface Document {
  readonly evaluations: {
    readonly source: string;
    readonly step?: number;
    readonly metrics: Record<string, number | null>;
    readonly intervals: Record<string, [number, number]>;
  }[];
}

let root: string;
const call = (...args: string[]): Promise<Ended> => ablateHere(args, { cwd: root });
const evaluations = async (...args: string[]): Promise<Document['evaluations']> => {
  const ended = await call('evaluate', ...args, '--json');
  expect(ended.code, ended.stderr).toBe(0);
  return (JSON.parse(ended.stdout) as Document).evaluations;
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ablate-evaluate-'));
});

describe('ablate evaluate RUN and ablate embed RUN', () => {
  let dir: string;
  let summary: { metrics: Record<string, number>; intervals: Record<string, [number, number]> };
  beforeAll(async () => {
    for (const name of ['train', 'seen', 'new', 'other']) {
      for (let image = 0; image < 5; image++) {
        const file = join(root, 'images', name, `${image}.png`);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(
          file,
          await sharp({
            create: { width: 6, height: 4, channels: 3, background: { r: 20 * image, g: name.length * 40, b: 99 } },
          })
            .png()
            .toBuffer(),
        );
      }
    }
    await writeFile(
      join(root, 'spec.yaml'),
      `name: spec
seed: 7
dataset: {image-folder: {path: images, size: 4, fit: contain, split: {by: name, train: [train, seen], test: [new, other]}, openSet: true}}
backbone: {mlp: {hidden: [], embedding: 3}}
head: {linear: {}}
losses: [softmax]
train: {epochs: 2, batch: 4}
evaluate: [accuracy, {retrieval: {bootstrap: 50}}, clustering]
`,
    );
    const ended = await ablate(['run', 'spec.yaml', '--json'], { cwd: root });
    expect(ended.code, ended.stderr).toBe(0);
    dir = (JSON.parse(ended.stdout) as { runs: { dir: string }[] }).runs[0]!.dir;
    summary = JSON.parse(await readFile(join(dir, 'summary.json'), 'utf8')) as typeof summary;
  });

  it("gives the run's own numbers by the run's own evaluators, and changes nothing in its folder", async () => {
    const before = await readdir(dir);
    expect(await evaluations(dir)).toEqual([
      { source: dir, step: 6, metrics: summary.metrics, intervals: summary.intervals },
    ]);
    expect(await readdir(dir)).toEqual(before);
  });

  it('measures by other protocols and options, and by an older checkpoint', async () => {
    const [first] = (await readdir(join(dir, 'checkpoints'))).sort();
    const [found] = await evaluations(
      'runs',
      '--checkpoint',
      join(dir, 'checkpoints', first!),
      '--evaluate',
      'retrieval,identification',
      '--set',
      'recallAt=[3]',
      '--set',
      'identification.ranks=[2]',
    );
    expect(found).toMatchObject({ source: dir, step: 3 });
    expect(Object.keys(found!.metrics)).toEqual([
      'Recall@3',
      'precision@1',
      'R-precision',
      'MAP@R',
      'retrieval-queries',
      'rank-2',
      'identification-distractors',
    ]);
  });

  it('prints a table', async () => {
    const { stdout } = await call('evaluate', dir, '--evaluate', 'retrieval');
    expect(stdout).toMatch(/METRIC +VALUE +95 % INTERVAL\nRecall@1 +\d/);
  });

  it.each(['.safetensors', '.npz', '.json'])(
    "writes embeddings as %s that measure as the run's own did",
    async (ending) => {
      for (const name of ['new', 'other']) {
        for (const file of await readdir(join(root, 'images', name))) {
          await mkdir(join(root, 'unseen', name), { recursive: true });
          await copyFile(join(root, 'images', name, file), join(root, 'unseen', name, file));
        }
      }
      const ended = await call('embed', dir, '--images', 'unseen', '--out', `embeddings${ending}`, '--json');
      expect(ended.code, ended.stderr).toBe(0);
      expect(JSON.parse(ended.stdout)).toEqual({ file: `embeddings${ending}`, count: 10, dim: 3, classes: 2, step: 6 });
      const [found] = await evaluations(
        '--embeddings',
        `embeddings${ending}`,
        '--evaluate',
        'retrieval,clustering',
        '--seed',
        '7',
        '--set',
        'bootstrap=50',
      );
      const { accuracy: _, ...metrics } = summary.metrics;
      expect(found!.metrics).toEqual(metrics);
      expect(found!.intervals).toEqual(
        Object.fromEntries(Object.entries(summary.intervals).filter(([name]) => name !== 'accuracy')),
      );
    },
  );

  it('gives images without folders no class, and names or leaves out broken ones', async () => {
    await mkdir(join(root, 'flat'));
    await copyFile(join(root, 'images/new/0.png'), join(root, 'flat/a.png'));
    await writeFile(join(root, 'flat/b.png'), (await readFile(join(root, 'images/new/1.png'))).subarray(0, 40));
    const refused = await call('embed', dir, '--images', 'flat', '--out', 'flat.json');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/flat\/b\.png[^]*leave it out with --skip-broken/),
    });
    expect(await readdir(root)).not.toContain('flat.json');
    const ended = await call('embed', dir, '--images', 'flat', '--out', 'flat.json', '--skip-broken');
    expect(ended.stderr).toContain('flat/b.png');
    expect(JSON.parse(await readFile(join(root, 'flat.json'), 'utf8'))).toMatchObject({
      version: 1,
      label: [-1],
      name: ['a.png'],
      classNames: [],
    });
  });

  it("takes classes from names by the `class` of the run's own data set", async () => {
    for (const name of ['ant_1', 'ant_2', 'bee_1', '?']) {
      await mkdir(join(root, 'named'), { recursive: true });
      await copyFile(join(root, 'images/new/0.png'), join(root, 'named', `${name}.png`));
    }
    const spec = (await readFile(join(root, 'spec.yaml'), 'utf8'))
      .replace('name: spec', 'name: named')
      .replace('path: images', "path: images, class: '([a-z]+)[/_]'")
      .replace('epochs: 2', 'epochs: 1');
    await writeFile(join(root, 'named.yaml'), spec);
    const run = await call('run', 'named.yaml', '--out', 'named-runs');
    expect(run.code, run.stderr).toBe(0);
    const ended = await call('embed', 'named-runs', '--images', 'named', '--out', 'named.json');
    expect(ended.stderr).toContain(
      '1 of 4 images have no class: ([a-z]+)[/_], the `class` of the run, finds none in their names.',
    );
    const { label, name, classNames } = JSON.parse(await readFile(join(root, 'named.json'), 'utf8')) as {
      label: number[];
      name: string[];
      classNames: string[];
    };
    expect(classNames).toEqual(['ant', 'bee']);
    expect(Object.fromEntries(name.map((one, row) => [one, label[row]]))).toEqual({
      'ant_1.png': 0,
      'ant_2.png': 0,
      'bee_1.png': 1,
      '?.png': -1,
    });
  });

  it.each<[string, string[], string]>([
    ['a folder that is no run', ['evaluate', 'images'], 'There is no run in'],
    ['a folder that is not there', ['evaluate', 'nowhere'], 'The folder nowhere cannot be read'],
    [
      'a checkpoint that is not there',
      ['evaluate', 'runs', '--checkpoint', 'none.safetensors'],
      'none.safetensors cannot be read',
    ],
    ['an evaluator that is not there', ['evaluate', 'runs', '--evaluate', 'retrievel'], 'Did you mean "retrieval"?'],
    [
      'an option that no evaluator has',
      ['evaluate', 'runs', '--set', 'recalAt=[1]'],
      '--set recalAt=[1]: no evaluator chosen has the option "recalAt"',
    ],
    [
      'an option with a wrong value',
      ['evaluate', 'runs', '--set', 'recallAt=[0]'],
      'evaluator "retrieval" refuses its options: recallAt.0',
    ],
    ['nothing to evaluate', ['evaluate'], 'There is nothing to evaluate.'],
    ['runs and embeddings', ['evaluate', 'runs', '--embeddings', 'e.npz'], 'one or the other'],
    [
      'images that are not there',
      ['embed', 'runs', '--images', 'nowhere', '--out', 'e.npz'],
      'There is no readable folder',
    ],
    [
      'a format that is not written',
      ['embed', 'runs', '--images', 'images', '--out', 'e.csv'],
      'Embeddings are written to files that end in .safetensors, .npz, .json',
    ],
    [
      'a folder that is not there to write to',
      ['embed', 'runs', '--images', 'images', '--out', 'no/e.npz'],
      'no/e.npz cannot be written',
    ],
  ])('refuses %s', async (_, args, message) => {
    const ended = await call(...args);
    expect(ended.stderr).toContain(message);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('ablate evaluate --embeddings', () => {
  const good = {
    embedding: npyFixture('<f4', [3, 2], Float32Array.of(1, 0, 1, 0.1, 0, 1)),
    label: npyFixture('<i4', [3], Int32Array.of(0, 0, 1)),
  };
  const npz = (changes: Record<string, Uint8Array>): Buffer => npzFixture({ ...good, ...changes });
  const pairs = { left: [0, 1], right: [1, 2], same: [1, 0], fold: [0, 1] };
  const json = (changes: object): string =>
    JSON.stringify({
      embedding: [
        [1, 0],
        [1, 0.1],
        [0, 1],
      ],
      label: [0, 0, 1],
      ...changes,
    });

  it('measures embeddings with roles and pairs by every protocol, worked by hand', async () => {
    // Gallery: 0 at 0°, 1 at 90°. Probes: 0 at 20°, 1 at 30° (nearer to 0). Distractor at 25°.
    const at = (degrees: number): [number, number] => [
      Math.cos((degrees * Math.PI) / 180),
      Math.sin((degrees * Math.PI) / 180),
    ];
    const embedding = [0, 90, 20, 30, 25].map(at);
    await writeFile(
      join(root, 'roles.json'),
      JSON.stringify({
        embedding,
        label: [0, 1, 0, 1, 0],
        role: [0, 0, 1, 1, 2],
        left: [0, 1, 2, 0],
        right: [2, 3, 3, 1],
        same: [1, 1, 0, 0],
        fold: [0, 0, 1, 1],
      }),
    );
    const [found] = await evaluations(
      '--embeddings',
      'roles.json',
      '--evaluate',
      'retrieval,verification,identification,recognition,clustering',
      '--set',
      'bootstrap=0',
      '--set',
      'ranks=[1,2,3]',
      '--set',
      'falseAcceptRates=[0.5]',
    );
    // Rankings: probe 0 meets the distractor (5°), its mate (20°); probe 1 the distractor (5°), 0 (30°), its mate
    // (60°).
    expect(found!.metrics).toMatchObject({
      'Recall@1': 0,
      'Recall@2': 0.5,
      'Recall@4': 1,
      'R-precision': 0,
      'MAP@R': 0,
      'retrieval-queries': 2,
      'rank-1': 0,
      'rank-2': 0.5,
      'rank-3': 1,
      'identification-distractors': 1,
      // Same pairs at 20° and 60°, different ones at 10° and 90°: of the four orders one same pair is above one
      // different pair, the other too.
      'verification-auc': 0.5,
      'TAR@FAR=5e-1': 1,
    });
    expect(Object.keys(found!.metrics)).toEqual(expect.arrayContaining(['GAP', 'NMI', 'AMI', 'verification-accuracy']));
  });

  it('prints one document and nothing else, several files in their order', async () => {
    await writeFile(join(root, 'a.npz'), npz({}));
    await writeFile(join(root, 'b.json'), json({}));
    const args = ['evaluate', '--embeddings', 'a.npz', '--embeddings', 'b.json', '--evaluate', 'retrieval', '--json'];
    const ended = await ablate(args, { cwd: root });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(await ablateHere(args, { cwd: root })).toEqual(ended);
    const { evaluations: found } = JSON.parse(ended.stdout) as Document;
    expect(found.map(({ source, metrics }) => [source, metrics['Recall@1']])).toEqual([
      ['a.npz', 1],
      ['b.json', 1],
    ]);
  });

  it('says where an evaluator found nothing to measure', async () => {
    await writeFile(join(root, 'alone.json'), json({ label: [0, 1, 2] }));
    const ended = await call('evaluate', '--embeddings', 'alone.json', '--evaluate', 'retrieval', '--json');
    expect(ended).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('retrieval found nothing to measure in alone.json'),
    });
  });

  const nan = Float32Array.of(1, 0, 1, NaN, 0, 1);
  it.each<[string, string, () => Uint8Array | string, string, string[]?]>([
    [
      'NaN in an .npz',
      'bad.npz',
      () => npz({ embedding: npyFixture('<f4', [3, 2], nan) }),
      '"embedding" in bad.npz holds NaN or an infinite number in row 1, column 1',
    ],
    [
      'NaN in a .safetensors',
      'bad.safetensors',
      () => safetensorsFixture({ embedding: ['F32', [3, 2], nan], label: ['I32', [3], Int32Array.of(0, 0, 1)] }),
      'in row 1, column 1',
    ],
    [
      'null in a .json',
      'bad.json',
      () =>
        json({
          embedding: [
            [1, 0],
            [1, 0.1],
            [0, null],
          ],
        }),
      'in row 2, column 1',
    ],
    [
      'a missing tensor',
      'bad.safetensors',
      () => safetensorsFixture({ embeddings: ['F32', [3, 2], nan] }),
      'bad.safetensors has no tensor "embedding"; it has embeddings.\n  Did you mean "embeddings"?',
    ],
    [
      'missing labels',
      'bad.npz',
      () => npzFixture({ embedding: good.embedding }),
      'has no tensor "label"; it has embedding',
    ],
    [
      'a label below the range',
      'bad.json',
      () => json({ label: [0, -2, 1] }),
      '"label" in bad.json holds -2 at place 1',
    ],
    [
      'a label outside the classes',
      'bad.json',
      () => json({ classNames: ['ant'] }),
      '"label" in bad.json holds 1 at place 2, which is outside the range of the 1 classes',
    ],
    [
      'labels of another length',
      'bad.json',
      () => json({ label: [0, 1] }),
      '"label" in bad.json has 2 entries, and there are 3 rows of embedding',
    ],
    [
      'labels that are no whole numbers',
      'bad.npz',
      () => npz({ label: npyFixture('<f4', [3], Float32Array.of(0, 0, 1)) }),
      '"label" in bad.npz is float32, where whole numbers are expected',
    ],
    [
      'texts',
      'bad.npz',
      () => npz({ label: npyFixture('<U1', [3], Int32Array.of(65, 65, 66)) }),
      '"label" in bad.npz holds <U1, where numbers are read',
    ],
    [
      'rows of several lengths',
      'bad.json',
      () => json({ embedding: [[1, 0], [1], [0, 1]] }),
      '"embedding" whose row 1 has 1 numbers, and row 0 2',
    ],
    [
      'an embedding that is a list',
      'bad.npz',
      () => npz({ embedding: npyFixture('<f4', [6], nan) }),
      '"embedding" in bad.npz has the shape [6], where [rows, dimensions] is expected',
    ],
    ['an .npz cut short', 'bad.npz', () => npz({}).subarray(0, 200), 'bad.npz is not a zip file that can be read'],
    [
      'an .npz entry cut short',
      'bad.npz',
      () => npz({ embedding: good.embedding.subarray(0, -4) }),
      '"embedding" in bad.npz is cut short: 5 of 6 numbers are there',
    ],
    [
      'a .safetensors cut short',
      'bad.safetensors',
      () => safetensorsFixture({ embedding: ['F32', [3, 2], nan] }).subarray(0, -4),
      'bad.safetensors is cut short at "embedding"',
    ],
    [
      'Fortran order',
      'bad.npz',
      () => npz({ embedding: npyFixture('<f4', [3, 2], nan, { fortran: true }) }),
      '"embedding" in bad.npz is in Fortran order',
    ],
    [
      'an object array',
      'bad.npz',
      () => npz({ label: npyFixture('|O', [3], Buffer.from("\x80\x04cos\nsystem\n(S'touch hacked'\ntR.")) }),
      '"label" in bad.npz holds Python objects, whose pickle is never read',
    ],
    [
      'a structure',
      'bad.npz',
      () => npz({ label: npyFixture("[('a', '<i4')]", [3], Int32Array.of(0, 0, 1)) }),
      '"label" in bad.npz holds a structure of fields',
    ],
    ['a role that is none', 'bad.json', () => json({ role: [0, 3, 1] }), '"role" in bad.json holds 3 at place 1'],
    ['pairs without folds', 'bad.json', () => json({ ...pairs, fold: undefined }), 'bad.json has no tensor "fold"'],
    [
      'a pair of no row',
      'bad.json',
      () => json({ ...pairs, right: [1, 3] }),
      '"right" in bad.json holds 3 at place 1, which is no row: there are 3',
    ],
    [
      'pairs of several lengths',
      'bad.json',
      () => json({ ...pairs, same: [1] }),
      '"same" in bad.json has 1 entries, and there are 2 pairs in left',
    ],
    ['what is no JSON', 'bad.json', () => '{"embedding": [[NaN]]}', 'bad.json is not JSON that can be read'],
    [
      '.npy without labels',
      'bad.npy',
      () => good.embedding,
      'bad.npy holds one array, so the labels must come from elsewhere',
    ],
    ['what is no .npy', 'bad.npy', () => 'hello, hello', 'bad.npy is not an .npy array', ['--labels', 'bad.npy']],
    ['another ending', 'bad.pkl', () => '', 'bad.pkl does not say by its ending what it is'],
    [
      'an evaluator that needs a head',
      'good.json',
      () => json({}),
      'needs predicted classes, and embeddings come without',
      ['--evaluate', 'accuracy'],
    ],
    [
      'a flip test',
      'good.json',
      () => json(pairs),
      'there are no images to flip',
      ['--evaluate', 'verification', '--set', 'flip=sum'],
    ],
  ])('refuses %s', async (_, name, content, message, more = []) => {
    await writeFile(join(root, name), content());
    const ended = await call('evaluate', '--embeddings', name, '--evaluate', 'retrieval', '--json', ...more);
    expect(ended.stderr).toContain(message);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(await readdir(root)).not.toContain('hacked');
  });

  it('refuses a file that is not there', async () => {
    expect(await call('evaluate', '--embeddings', 'nowhere.npz', '--evaluate', 'retrieval')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('There is no readable file'),
    });
  });
});
