import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, tf, type EmbeddedSplit, type EvaluationInput, type Role } from 'ablate-ml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { impostorThresholds } from './challenge.ts';
import { readFeature, writeFeature } from './feature-file.ts';
import plugin from './index.ts';
import { readFeatures } from './template-list.ts';

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(path.join(tmpdir(), 'megaface-'));
});
afterAll(() => rm(folder, { recursive: true }));

const split = (role: Role, angles: number[], labels: number[]): EmbeddedSplit => ({
  role,
  dim: 2,
  embeddings: Float32Array.from(
    angles.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
  ),
  labels: Int32Array.from(labels),
  classNames: ['a', 'b'],
  source: (index) => `/${role}/${index}.jpg`,
});
const input = (trainingImages: number, ...splits: EmbeddedSplit[]): EvaluationInput => ({
  role: 'test',
  split: async (role) => splits.find((one) => one.role === role),
  pairs: async () => undefined,
  centers: new Map(),
  trainingImages,
  seed: 1,
});
const evaluate = async (options: Record<string, unknown>, given: EvaluationInput) =>
  (await plugin.create(plugin.schema.parse(options), { streams: new RandomStreams(1) })).evaluate(given);

const probes = split('probe', [0, 4, 100, 130], [0, 0, 1, 1]);
const distractors = split('distractors', [3, 200, 250], [-1, -1, -1]);

test('ranks and rates by hand', async () => {
  // Mates lie 4° and 30° apart. The distractor at 3° is nearer to both of a than a's mate; b's mates have no distractor
  // nearer than 70°. Impostors by distance: 1, 3, 70, 97, …: a quarter of 12 admits three of them, so the threshold is
  // 97° off and all mates are nearer.
  const { metrics, intervals, curves } = await evaluate(
    { falseAcceptRates: [0.25, 0.1, 0.001], distractorCounts: [10] },
    input(499_999, probes, distractors),
  );
  expect(metrics).toEqual({
    'megaface-raw-small/rank-1@distractors=3': 0.5,
    'megaface-raw-small/TAR@FAR=2.5e-1': 1,
    'megaface-raw-small/TAR@FAR=1e-1': 0,
    'megaface-raw-small/TAR@FAR=1e-3': 0,
  });
  expect(intervals!['megaface-raw-small/rank-1@distractors=3']).toEqual([0, 1]);
  expect(curves!['megaface-raw-small/rank-1']).toMatchObject({ x: [3], y: [0.5] });
});

test('lists and protocol are named in the result', async () => {
  const { metrics } = await evaluate({ lists: 'cleaned' }, input(500_000, probes, distractors));
  expect(Object.keys(metrics)[0]).toMatch(/^megaface-cleaned-large\//);
});

test('rank-1 never rises as distractors grow', async () => {
  const random = new RandomStreams(3).stream('angles');
  const many = split(
    'distractors',
    Array.from({ length: 50 }, () => 360 * random.uniform()),
    Array(50).fill(-1),
  );
  const { curves } = await evaluate(
    { distractorCounts: [2, 10, 30] },
    input(
      1,
      split(
        'probe',
        Array.from({ length: 40 }, (_, probe) => 90 * (probe % 4) + 10 * random.normal()),
        Array.from({ length: 40 }, (_, probe) => probe % 4),
      ),
      many,
    ),
  );
  const { x, y } = curves!['megaface-raw-small/rank-1']!;
  expect(x).toEqual([2, 10, 30, 50]);
  expect(y).toEqual([...y].sort((a, b) => b - a));
});

test.each(['cosine', 'euclidean'] as const)('thresholds are the impostors by definition (%s)', async (distance) => {
  const random = new RandomStreams(5).stream('rows');
  const rows = (count: number) => ({ values: Float32Array.from({ length: 3 * count }, () => random.normal()), dim: 3 });
  const [queries, references] = [rows(120), rows(700)];
  const alike = (query: number, reference: number): number => {
    const [q, r] = [
      queries.values.subarray(3 * query, 3 * query + 3),
      references.values.subarray(3 * reference, 3 * reference + 3),
    ];
    if (distance === 'euclidean')
      return -Math.sqrt(q.reduce((sum, value, column) => sum + (value - r[column]!) ** 2, 0));
    const dot = (a: Float32Array, b: Float32Array): number =>
      a.reduce((sum, value, column) => sum + value * b[column]!, 0);
    return dot(q, r) / (Math.sqrt(dot(q, q)) * Math.sqrt(dot(r, r)));
  };
  const all = Float64Array.from({ length: 120 * 700 }, (_, pair) => alike(Math.floor(pair / 700), pair % 700))
    .sort()
    .reverse();
  const got = await impostorThresholds(queries, references, distance, [1e-6, 1e-4, 0.01, 0.5]);
  [0, 8, 840, 42_000].forEach((count, index) => expect(got[index]).toBeCloseTo(all[count]!, 12));
});

test('feature files: the devkit’s bytes, there and back', async () => {
  const file = path.join(folder, 'a', 'b.jpg_x.bin');
  await writeFeature(file, Float32Array.from([1.5, -2]));
  // struct.pack('4i', 2, 1, 4, 5) + struct.pack('2f', 1.5, -2)
  expect((await readFile(file)).toString('hex')).toBe('020000000100000004000000050000000000c03f000000c0');
  expect([...(await readFeature(file))]).toEqual([1.5, -2]);
});

test('a run is written for the devkit and read again with the same result', async () => {
  const write = path.join(folder, 'run');
  const fromRun = await evaluate({ write }, input(1, probes, distractors));
  const features = Object.fromEntries(
    ['probes', 'distractors'].map((name) => [
      name,
      { list: path.join(write, `${name}_features_list.json`), directory: path.join(write, name) },
    ]),
  );
  expect(await evaluate({ features }, input(1))).toEqual(fromRun);
  expect(JSON.parse(await readFile(path.join(write, 'probes_features_list.json'), 'utf8'))).toEqual({
    id: ['0', '0', '1', '1'],
    path: ['probe/0.jpg', 'probe/1.jpg', 'probe/2.jpg', 'probe/3.jpg'],
  });
});

test('embeddings whose training is unknown are claimed for neither protocol', async () => {
  const names = async (trainingImages: number): Promise<string[]> => {
    const probe = split('probe', [0, 10, 90, 100], [0, 0, 1, 1]);
    const { metrics } = await evaluate({}, input(trainingImages, probe, split('distractors', [200, 300], [-1, -1])));
    return [...new Set(Object.keys(metrics).map((name) => name.split('/')[0]!))];
  };
  expect([await names(0), await names(1), await names(500_000)]).toEqual([
    ['megaface-raw'],
    ['megaface-raw-small'],
    ['megaface-raw-large'],
  ]);
});

test('damaged features and lists are refused by name', async () => {
  const truncated = path.join(folder, 'truncated.bin');
  await writeFile(truncated, Buffer.from('020000000100000004000000050000000000c03f', 'hex'));
  await expect(readFeature(truncated)).rejects.toThrow('its header says 2 × 1 numbers, and 4 bytes follow');
  await writeFile(truncated, Buffer.from('02000000010000000400000006000000', 'hex'));
  await expect(readFeature(truncated)).rejects.toThrow('its type is 6, not 5');
  const list = path.join(folder, 'list.json');
  const read = async (content: unknown) => {
    await writeFile(list, JSON.stringify(content));
    return readFeatures({ list, directory: folder, suffix: '' });
  };
  await expect(read({ path: ['../outside'] })).rejects.toThrow("leads out of the features' folder");
  await expect(read({ path: ['a', 'b'], id: ['x'] })).rejects.toThrow('2 paths and 1 identities');
  await expect(read({ paths: [] })).rejects.toThrow('is not a list of the MegaFace devkit');
  await expect(read({ path: ['missing.bin'] })).rejects.toThrow('Cannot read the feature file');
});
