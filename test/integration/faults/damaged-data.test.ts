import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { AblateError, RandomStreams, tf, type Dataset } from 'ablate-ml';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunFolder } from '../../../framework/contracts/run-folder.ts';
import { readCsv } from '../../../framework/data/lists/csv-table.ts';
import { decodeImage } from '../../../framework/data/images/decode-image.ts';
import { readFlatTable, writeFlatTable } from '../../../framework/data/lists/flat-table-file.ts';
import { openWeights } from '../../../framework/data/weights/open-weights.ts';
import { legacyFile, pickleOf, zipFile, type Written } from '../../../framework/data/weights/torch-fixtures.ts';
import { splitByLists } from '../../../framework/data/splits/split-by-lists.ts';
import { TextTable } from '../../../framework/data/lists/text-table.ts';
import { openZip } from '../../../framework/data/archives/zip-archive.ts';
import { zipFixture } from '../../../framework/data/archives/zip-fixture.ts';
import { npyFixture, npzFixture, safetensorsFixture } from '../../../framework/data/embeddings/array-fixtures.ts';
import { readEmbeddings } from '../../../framework/data/embeddings/read-embeddings.ts';
import { saveEvaluation, savedEvaluation } from '../../../framework/figures/saved-evaluation.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { readConcatenated } from '../../../framework/runs/comparison/concatenated-file.ts';
import { readPlanFile } from '../../../framework/runs/plan/plan-file.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { readResolvedSpec } from '../../../framework/experiment/spec/read-resolved-spec.ts';
import { writeSpec } from '../../../framework/experiment/spec/write-spec.ts';
import { readProvenance } from '../../../framework/records/provenance/record-provenance.ts';
import { readSummary } from '../../../framework/records/run-folder/summary.ts';
import { loadModel } from '../../../plugins/backbones/layers-model/model-files.ts';
import csvPlugin from '../../../plugins/datasets/csv/index.ts';
import lfwPlugin from '../../../plugins/datasets/lfw-pairs/index.ts';
import { readPairsFile } from '../../../plugins/datasets/lfw-pairs/pairs-file.ts';
import { readIdx } from '../../../plugins/datasets/mnist/idx-file.ts';
import pairListPlugin from '../../../plugins/datasets/pair-list/index.ts';
import { readPickle } from '../../../plugins/datasets/record-io/pickle.ts';
import { openRecords } from '../../../plugins/datasets/record-io/record-file.ts';
import { readIndex } from '../../../plugins/datasets/record-io/record-index.ts';
import { labelRecords } from '../../../plugins/datasets/record-io/record-labels.ts';
import { readVerificationBin } from '../../../plugins/datasets/record-io/verification-bin.ts';
import { sampleImages, shardSamples } from '../../../plugins/datasets/webdataset/shard-samples.ts';
import { readFeature } from '../../../plugins/evaluators/megaface/feature-file.ts';
import { damage, damagedBytes, isFull, trials, withinMemory } from './damage.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-damaged-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

const u32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const float = (value: number): Buffer => Buffer.from(Float32Array.of(value).buffer);
const png = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#123456' } })
  .png()
  .toBuffer();
const [jpeg, webp] = [await sharp(png).jpeg().toBuffer(), await sharp(png).webp().toBuffer()];
const catalogue = await createCatalogue();

// IDX
const idx = Buffer.concat([Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3]), Buffer.alloc(12, 7)]);

// RecordIO: a set of faces with a record of key 0 that leads to two identities.
const record = (labels: readonly number[], image = Buffer.alloc(0)): Buffer => {
  const bytes = Buffer.concat([
    u32(labels.length === 1 ? 0 : labels.length),
    float(labels[0]!),
    Buffer.alloc(16),
    ...(labels.length === 1 ? [] : labels.map(float)),
    image,
  ]);
  return Buffer.concat([u32(0xced7230a, bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
};
const records = [record([4, 6]), record([0], png), record([0], png), record([1], png), record([1, 3]), record([3, 4])];
const index = records.map((_, key) => `${key}\t${Buffer.concat(records.slice(0, key)).length}\n`).join('');

// Pickles: protocol 2, a list of two images and one truth value.
const pickle = Buffer.concat([
  Buffer.from([0x80, 2, 0x5d, 0x71, 0, 0x28]),
  ...[png, png].map((image) => Buffer.concat([Buffer.from('B'), u32(image.length), image])),
  Buffer.from([0x65, 0x5d, 0x71, 1, 0x88, 0x61, 0x86, 0x2e]),
]);

// Tar: two samples of an image and its class, one of them by an extended header.
const block = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
const tarFile = (name: string, bytes: Buffer, type = '0'): Buffer => {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\u000000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, block(bytes)]);
};
const attributes = '19 path=long/b.png\n';
const tar = Buffer.concat([
  tarFile('a.png', png),
  tarFile('a.cls', Buffer.from('3')),
  tarFile('x', Buffer.from(attributes), 'x'),
  tarFile('b.png', png),
  tarFile('long/b.cls', Buffer.from('4')),
  Buffer.alloc(1024),
]);

// Arrays
const embedding = Float32Array.of(1, 0, 0.5, -2, 0.1, 3);
const label = BigInt64Array.of(0n, 1n, 0n);
const pairs = {
  left: Int32Array.of(0, 1),
  right: Int32Array.of(1, 2),
  same: Uint8Array.of(0, 1),
  fold: Int32Array.of(0, 1),
};
const npz = npzFixture({
  embedding: npyFixture('<f4', [3, 2], embedding),
  label: npyFixture('<i8', [3], label),
  left: npyFixture('<i4', [2], pairs.left),
  right: npyFixture('<i4', [2], pairs.right),
  same: npyFixture('|u1', [2], pairs.same),
  fold: npyFixture('<i4', [2], pairs.fold),
});
const safetensors = safetensorsFixture(
  {
    embedding: ['F32', [3, 2], embedding],
    label: ['I64', [3], label],
    left: ['I32', [2], pairs.left],
    right: ['I32', [2], pairs.right],
    same: ['U8', [2], pairs.same],
    fold: ['I32', [2], pairs.fold],
  },
  { classNames: '["a","b"]' },
);
const json = Buffer.from(
  JSON.stringify({
    version: 1,
    embedding: [
      [1, 0],
      [0.5, -2],
    ],
    label: [0, 1],
    role: [0, 1],
    classNames: ['a', 'b'],
  }),
);
const labelsFile = path.join(folder, 'labels.txt');
writeFileSync(labelsFile, '0\n1\n0\n');
const checkEmbeddings = async (file: string, labels?: string): Promise<void> => {
  const { dim, embeddings, labels: found, classNames, pairs: chosen, close } = await readEmbeddings(file, labels);
  expect(embeddings).toHaveLength(found.length * dim);
  expect(found.every((one) => one >= -1 && one < classNames.length)).toBe(true);
  if (chosen) expect([...chosen.left, ...chosen.right].every((row) => row >= 0 && row < found.length)).toBe(true);
  close?.();
};

// A run's folder
const run = (name: string): RunFolder =>
  ({ id: name, directory: folder, summary: path.join(folder, `${name}.json`) }) as RunFolder;
const recorded = {
  version: 1,
  id: 'a',
  uuid: 'b',
  experiment: 'c',
  name: 'd',
  label: '',
  point: { seed: 1 },
  seed: 1,
  status: 'finished',
  metrics: { accuracy: 0.5 },
  intervals: { accuracy: [0.4, 0.6] },
  device: null,
  steps: 4,
  millisecondsPerStep: 1,
  samplesPerSecond: 'NaN',
  peakMemoryBytes: null,
  seconds: 1,
  started: null,
  ended: null,
};
const git = { commit: 'a', branch: null, remote: null, dirty: true, patchSha256: null };
const provenance = {
  version: 1,
  specFile: '/a/b.yaml',
  command: ['ablate', 'run'],
  ablate: '0.1.0',
  node: '20',
  platform: 'linux',
  processor: { model: 'x', cores: 2, memoryBytes: 1 },
  device: null,
  packages: { a: '1' },
  native: {},
  environment: {},
  plugins: [],
  data: [],
  lockfileSha256: null,
  git,
  ablateGit: null,
};
const plan = {
  version: 1,
  name: 'a',
  spec: '/a/b.yaml',
  runs: [{ id: 'a', label: 'b', point: {}, purpose: 'final' }],
  search: {
    budget: 1,
    method: { name: 'random' },
    metric: null,
    mode: 'max',
    seed: 0,
    folds: null,
    groups: [{ group: 'a', point: {}, ranges: { x: { uniform: [0, 1] } } }],
  },
  chosen: [{ group: 'a', point: {}, values: { x: 1 }, score: 0.5 }],
};
const concatenated = {
  version: 1,
  folds: [{ seed: 1, point: {}, runs: ['a', 'b'], dim: 4, metrics: { accuracy: 1 }, intervals: {} }],
};
const jsonBytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const specText = `name: small
seed: &seed 3
dataset: {glyphs: {classes: 4, imagesPerClass: 40}}
backbone: {mlp: {embedding: 2, hidden: [16]}}
head: linear
losses:
  - softmax
  - center: {lambda: \${env:LAMBDA:-0.1}, alpha: 0.5}
train: {epochs: 3, batch: 32}
evaluate: [accuracy]
matrix: {seed: [1, *seed], exclude: [{seed: 1}]}
`;
const specFile = path.join(folder, 'whole.yaml');
writeFileSync(specFile, specText);
const resolved = writeSpec((await loadPlan(specFile, { catalogue, env: {} })).runs[0]!);

const listed = ['s1/a.png', 's1/b.png', 's2/c.png'];
const images = {
  length: listed.length,
  name: (row: number) => listed[row]!,
  labels: Int32Array.of(0, 0, 1),
  classNames: ['s1', 's2'],
};
const lists = Buffer.from(`# ablate split list 1: train, 2 images\n${listed.slice(0, 2).join('\n')}\n`);

const flat = path.join(folder, 'whole.flat');
await writeFlatTable(flat, { names: TextTable.of(['a', 'bc', '']), labels: Int32Array.of(1, 2, 3) });

const kept = mkdtempSync(path.join(folder, 'run-'));
await saveEvaluation(
  kept,
  { role: 'test', dim: 2, embeddings: embedding, labels: Int32Array.of(0, 1, 0), classNames: ['a', 'b'] },
  {
    role: 'test',
    split: async () => undefined,
    pairs: async () => undefined,
    centers: new Map([['center', Float32Array.of(0, 1, 2, 3)]]),
    trainingImages: 3,
    seed: 1,
  },
);
const evaluation = path.join(kept, 'embeddings', 'test.safetensors');

const feature = Buffer.concat([u32(3, 1, 4, 5), Buffer.from(embedding.buffer, 0, 12)]);

// Data sets of a list beside images: three people, of whom a list shows some.
for (const name of [
  'A_B/A_B_0001.png',
  'A_B/A_B_0002.png',
  'C/C_0001.png',
  'C/C_0002.png',
  'D/D_0001.png',
  'D/D_0002.png',
]) {
  mkdirSync(path.join(folder, 'faces', path.dirname(name)), { recursive: true });
  writeFileSync(path.join(folder, 'faces', name), png);
}
const context = {
  streams: new RandomStreams(1),
  baseDirectory: folder,
  cacheDirectory: path.join(folder, 'cache'),
  warn: () => undefined,
};
/** What every data set has by contract: labels within its classes, and pairs within its images. */
async function checkDataset(made: Dataset | Promise<Dataset>): Promise<void> {
  const dataset = await made;
  for (const role of ['train', 'validation', 'test', 'gallery', 'probe', 'pairs'] as const) {
    const split = dataset.split(role);
    if (split) expect([...split.labels].every((label) => label >= -1 && label < split.classNames.length)).toBe(true);
  }
  const { pairs } = dataset;
  if (pairs)
    expect([...pairs.left, ...pairs.right].every((row) => row >= 0 && row < dataset.split('pairs')!.length)).toBe(true);
  await dataset.close?.();
}
/** Images are not decoded here. */
const undecoded = { size: 2, memory: 'never' as const };

// A layers model of TensorFlow.js: one convolution.
await tf.setBackend('cpu');
const layers = tf.sequential({
  layers: [tf.layers.conv2d({ inputShape: [4, 4, 1], filters: 2, kernelSize: 3, name: 'first' })],
});
let model: Buffer = Buffer.alloc(0);
await layers.save(
  tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    writeFileSync(path.join(folder, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
    model = jsonBytes({ modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] });
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } };
  }),
);

/** A format: its name, a whole file of it, what the file is called, and what reads it, which checks what it finds. */
// Weights of PyTorch, as written since 1.6 and before it.
const torchWeights: readonly Written[] = [
  { name: 'a.weight', type: 'FloatStorage', shape: [2, 3], numbers: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'a.turned', type: 'FloatStorage', shape: [3, 2], strides: [1, 3], numbers: new Float32Array(6) },
  { name: 'a.num_batches_tracked', type: 'LongStorage', shape: [], numbers: BigInt64Array.of(7n) },
];
const readWeights = async (file: string): Promise<void> => {
  const arrays = await openWeights(file);
  try {
    for (const name of arrays.names) {
      const array = (await arrays.array(name))!;
      let count = 0;
      await array.read((piece) => void (count += piece.length));
      expect(count).toBe(array.shape.reduce((product, size) => product * size, 1));
    }
  } finally {
    await arrays.close();
  }
};

type Format = readonly [name: string, whole: Buffer, file: string, read: (file: string) => unknown];
const formats: readonly Format[] = [
  [
    'IDX',
    idx,
    'images.idx',
    async (file) => {
      const { shape, bytes } = await readIdx(file, 3);
      expect(bytes).toHaveLength(shape.reduce((product, size) => product * size, 1));
    },
  ],
  ['IDX, packed', gzipSync(idx), 'images.idx.gz', (file) => readIdx(file, 3)],
  [
    'RecordIO',
    Buffer.concat(records),
    'faces.rec',
    async (file) => labeled(file, await readIndex(file.replace('faces.rec', 'faces.idx'))),
  ],
  [
    'index of RecordIO',
    Buffer.from(index),
    'other.idx',
    async (file) => labeled(file.replace('other.idx', 'whole.rec'), await readIndex(file)),
  ],
  [
    'pickled verification set',
    pickle,
    'lfw.bin',
    async (file) => {
      const { images: found, same } = await readVerificationBin(file);
      expect(found.length).toBe(2 * same.length);
    },
  ],
  ['npy', npyFixture('<f4', [3, 2], embedding), 'embedding.npy', (file) => checkEmbeddings(file, labelsFile)],
  ['npz', npz, 'embeddings.npz', (file) => checkEmbeddings(file)],
  ['safetensors embeddings', safetensors, 'embeddings.safetensors', (file) => checkEmbeddings(file)],
  ['JSON embeddings', json, 'embeddings.json', (file) => checkEmbeddings(file)],
  ['weights of PyTorch', await zipFile(pickleOf(torchWeights), torchWeights), 'weights.pth', readWeights],
  ['weights of PyTorch before 1.6', await legacyFile(pickleOf(torchWeights), torchWeights), 'legacy.pth', readWeights],
  [
    'list of labels',
    Buffer.from('0\n1\n-1\n'),
    'some.txt',
    (file) => checkEmbeddings(path.join(folder, 'whole.npy'), file),
  ],
  [
    'CSV',
    Buffer.from('image,class,"a ""b"""\n1.png,x,\n"2,.png",y,3\n'),
    'list.csv',
    async (file) => {
      const { rows, lines } = await readCsv(file, ['image', 'class'], true);
      expect(rows.length).toBe(lines.length);
    },
  ],
  [
    'LFW pairs',
    Buffer.from('2\t1\nA_B\t1\t2\nA_B\t1\tC\t3\nC\t1\t2\nC\t4\tD\t3\n'),
    'pairs.txt',
    async (file) => expect((await readPairsFile(file)).every(({ fold }) => Number.isInteger(fold))).toBe(true),
  ],
  [
    'CSV data set',
    Buffer.from(
      'image,label,role\nA_B/A_B_0001.png,a,train\nA_B/A_B_0002.png,a,test\nC/C_0001.png,"b, c",train\nD/D_0001.png,,test\n',
    ),
    'set.csv',
    (file) =>
      checkDataset(
        csvPlugin.create(
          csvPlugin.schema.parse({ file, path: 'faces', image: '{image}', role: 'role', ...undecoded }),
          context,
        ),
      ),
  ],
  [
    'pair-list data set',
    Buffer.from(
      'left,right,same\nA_B/A_B_0001.png,A_B/A_B_0002.png,1\nC/C_0001.png,D/D_0001.png,0\nC/C_0001.png,C/C_0002.png,1\nA_B/A_B_0001.png,D/D_0002.png,0\n',
    ),
    'pairs.csv',
    (file) =>
      checkDataset(
        pairListPlugin.create(
          pairListPlugin.schema.parse({ file, path: 'faces', folds: 2, missing: 'skip', ...undecoded }),
          context,
        ),
      ),
  ],
  [
    'LFW data set',
    Buffer.from('2\t1\nA_B\t1\t2\nA_B\t1\tC\t1\nC\t1\t2\nC\t2\tD\t1\n'),
    'people.txt',
    (file) =>
      checkDataset(
        lfwPlugin.create(
          lfwPlugin.schema.parse({ pairs: file, path: 'faces', missing: 'skip', ...undecoded }),
          context,
        ),
      ),
  ],
  [
    'layers model',
    model,
    'model.json',
    async (file) => {
      (await loadModel(file, context)).dispose();
    },
  ],
  [
    'weights of a layers model',
    readFileSync(path.join(folder, 'weights.bin')),
    'weights.bin',
    async () => {
      writeFileSync(path.join(folder, 'whole-model.json'), model);
      (await loadModel(path.join(folder, 'whole-model.json'), context)).dispose();
    },
  ],
  [
    'tar',
    tar,
    'shard.tar',
    async (file) => {
      const samples = shardSamples(file, 'cls');
      const read = sampleImages(samples);
      for (let row = 0; row < read.length; row++) expect(await read.read(row)).toHaveLength(samples[row]!.image.size);
    },
  ],
  [
    'zip',
    zipFixture([
      { name: 's1/a.png', bytes: png },
      { name: 's2/b.txt', bytes: Buffer.alloc(3000) },
    ]),
    'images.zip',
    async (file) => {
      const zip = await openZip(file);
      try {
        for (const name of zip.names) expect(await zip.read(name)).toHaveLength(zip.size(name));
      } finally {
        zip.close();
      }
    },
  ],
  [
    'MegaFace features',
    feature,
    'a.feature',
    async (file) => expect((await readFeature(file)).length).toBeGreaterThan(0),
  ],
  ['spec', Buffer.from(specText), 'spec.yaml', (file) => loadPlan(file, { catalogue, env: {} })],
  [
    'resolved spec',
    Buffer.from(resolved),
    'resolved.yaml',
    (file) => readResolvedSpec(readFileSync(file, 'utf8'), file, {}),
  ],
  [
    'split list',
    lists,
    'train.txt',
    async (file) => {
      const { train } = await splitByLists({ train: file, validation: null, test: null }, images, {
        baseDirectory: folder,
        cacheDirectory: folder,
      });
      expect([...train].every((row) => row < listed.length)).toBe(true);
    },
  ],
  ['index of images in the cache', readFileSync(flat), 'damaged.flat', (file) => readFlatTable(file)],
  [
    'kept embeddings',
    readFileSync(evaluation),
    path.relative(folder, evaluation),
    async () => {
      const { labels: found, embeddings: rows, dim } = (await (await savedEvaluation(kept, 'test'))!.split('test'))!;
      expect(rows).toHaveLength(found.length * dim);
    },
  ],
  ['summary.json', jsonBytes(recorded), 'summary.json', () => readSummary(run('summary'))],
  [
    'provenance.json',
    jsonBytes(provenance),
    'provenance.json',
    async () => {
      const found = await readProvenance(run('provenance'));
      if (found) expect(typeof found.specFile).toBe('string');
    },
  ],
  ['plan.json', jsonBytes(plan), 'plan.json', () => readPlanFile(folder)],
  ['concatenated.json', jsonBytes(concatenated), 'concatenated.json', () => readConcatenated(folder)],
];

async function labeled(file: string, found: Awaited<ReturnType<typeof readIndex>>): Promise<void> {
  const opened = await openRecords(file, found);
  try {
    const { positions, labels } = await labelRecords(opened, found, undefined);
    expect(positions.length).toBe(labels.length);
    for (const position of positions) await opened.read(position);
  } finally {
    await opened.close();
  }
}

writeFileSync(path.join(folder, 'faces.idx'), index);
writeFileSync(path.join(folder, 'whole.rec'), Buffer.concat(records));
writeFileSync(path.join(folder, 'whole.npy'), npyFixture('<f4', [3, 2], embedding));

/** Of texts, a word in another's place finds what a flipped bit does not. */
const words = fc.constantFrom(
  'null',
  '{}',
  '[]',
  '-1',
  '1e999',
  '"x"',
  '99999999999',
  '0',
  'true',
  '[[',
  '\n',
  '\u0000',
  '__proto__',
  'NaN',
  '${',
  '*a',
  '&a ',
);
const damages = fc.oneof(
  { weight: 4, arbitrary: damage },
  {
    weight: 1,
    arbitrary: fc.record({
      how: fc.constantFrom('overwrite' as const, 'insert' as const),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: words.map((word) => Buffer.from(word)),
    }),
  },
);

describe(`a data file that is damaged anywhere ends in an error of Ablate's, or in a right result (${isFull ? '10,000 cases each' : 'npm run test:faults tries more'})`, {
  timeout: 3_600_000,
}, () => {
  it.each(formats)('%s', async (_, whole, name, read) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, whole);
    await read(file);
    await withinMemory(async () =>
      fc.assert(
        fc.asyncProperty(fc.array(damages, { minLength: 1, maxLength: 3 }), async (all) => {
          writeFileSync(
            file,
            all.reduce<Buffer>((bytes, one) => (bytes.length > 0 ? damagedBytes(bytes, one) : bytes), whole),
          );
          try {
            await read(file);
          } catch (cause) {
            if (!(cause instanceof AblateError)) throw cause;
          }
        }),
        trials(10_000, name.endsWith('.yaml') ? 100 : 300),
      ),
    );
  });

  it('pickles of any operations', async () => {
    const operation = fc.constantFrom(
      ...Buffer.from([
        0x80, 0x95, 0x28, 0x30, 0x4e, 0x88, 0x4b, 0x4d, 0x4a, 0x8a, 0x47, 0x49, 0x55, 0x54, 0x43, 0x42, 0x8e, 0x8c,
        0x58, 0x8d, 0x5d, 0x29, 0x6c, 0x74, 0x85, 0x86, 0x87, 0x61, 0x65, 0x71, 0x72, 0x70, 0x94, 0x68, 0x6a, 0x67,
        0x2e, 0x0a, 0,
      ]),
    );
    await withinMemory(async () =>
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
          try {
            readPickle(Buffer.from(operations));
          } catch (cause) {
            // What it says is put into an error of Ablate's by whoever knows the file.
            expect((cause as Error).message).toMatch(/^its pickle /);
          }
        }),
        trials(),
      ),
    );
  });

  it.each([
    ['PNG', png],
    ['JPEG', jpeg],
    ['WebP', webp],
    ['PGM', Buffer.concat([Buffer.from('P5 # a\n3 2 255\n'), Buffer.alloc(6, 9)])],
    ['PPM', Buffer.concat([Buffer.from('P6\n3 2\n15\n'), Buffer.alloc(18, 9)])],
  ])('%s', async (_, whole) => {
    await withinMemory(async () =>
      fc.assert(
        fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (all) => {
          const bytes = all.reduce<Buffer>(
            (before, one) => (before.length > 0 ? damagedBytes(before, one) : before),
            whole,
          );
          // Whoever decodes counts an image that cannot be decoded as broken, whatever the reason.
          const pixels = await decodeImage(bytes, {
            shape: [2, 2, 3],
            fit: 'cover',
            invert: false,
            otherSize: 'resize',
          }).catch((cause: unknown) => void expect(cause).toBeInstanceOf(Error));
          if (pixels) expect(pixels.data).toHaveLength(12);
        }),
        trials(),
      ),
    );
  });
});
