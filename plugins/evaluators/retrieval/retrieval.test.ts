import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type EmbeddedSplit, type EvaluationInput, type Role } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '#test/expect-close';
import plugin from './index.ts';
import { rankingValues } from './ranking-values.ts';

beforeAll(() => tf.setBackend('cpu'));

const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/reference/vectors/metrics.json', import.meta.url), 'utf8'),
) as {
  cases: { name: string; kind: string; input: Record<string, unknown>; expected: Record<string, unknown> }[];
};

describe('reference cases', () => {
  test.each(cases.filter(({ kind }) => kind === 'retrieval'))('$name', async ({ input, expected }) => {
    const before = tf.memory().numTensors;
    expectClose(await plugin.answer!(input), expected);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('reference cases of whole rankings', () => {
  const { cases: ranked } = JSON.parse(
    readFileSync(new URL('../../../test/reference/vectors/metrics-ranking.json', import.meta.url), 'utf8'),
  ) as { cases: typeof cases };
  test.each(ranked)('$name', async ({ input, expected }) => {
    const before = tf.memory().numTensors;
    expectClose(await plugin.answer!(input), expected);
    expect(tf.memory().numTensors).toBe(before);
  });
  test('are of one label, of several and of grades', () => {
    for (const [kind, count] of Object.entries({ labels: 14, labelSets: 4, relevance: 4 }))
      expect(ranked.filter(({ input }) => kind in input)).toHaveLength(count);
  });
});

describe('reference cases of re-identification', () => {
  const { cases: crossed } = JSON.parse(
    readFileSync(new URL('../../../test/reference/vectors/metrics-reid.json', import.meta.url), 'utf8'),
  ) as { cases: typeof cases };
  test.each(crossed)('$name', async ({ input, expected }) => expectClose(await plugin.answer!(input), expected));
});

describe('relevant', () => {
  const evaluate = async (options: object, ...splits: EmbeddedSplit[]) => {
    const evaluator = await plugin.create(plugin.schema.parse({ distance: 'euclidean', ...options }), {
      streams: new RandomStreams(1),
    });
    return evaluator.evaluate({
      role: 'test',
      split: async (role) => splits.find((split) => split.role === role),
      pairs: async () => undefined,
      centers: new Map(),
      trainingImages: 1,
      seed: 1,
    });
  };
  const split = (role: Role, at: number[], ids: number[][]): EmbeddedSplit => ({
    role,
    dim: 1,
    embeddings: Float32Array.from(at),
    labels: new Int32Array(at.length).fill(-1),
    classNames: [],
    columns: {
      relevant: {
        kind: 'labels',
        values: Int32Array.from(ids.flat()),
        ends: Uint32Array.from(ids, (_, row) => ids.slice(0, row + 1).flat().length),
        names: ['a', 'b', 'c', 'd'],
      },
    },
  });

  test('by hand: queries with ids of the gallery and of distractors, and one with none', async () => {
    // Index a, b at 1, 2 and c, d (distractors) at 3, 4. Query at 0 wants a and c: P(1) = 1, P(3) = 2/3. Query at 5 wants d: 1.
    const { metrics, intervals } = await evaluate(
      { relevant: 'relevant', recallAt: [1], mapAt: [2, 100] },
      split('probe', [0, 5, 2], [[0, 2], [3], []]),
      split('gallery', [1, 2], [[0], [1]]),
      split('distractors', [3, 4], [[2], [3]]),
    );
    expect(metrics['retrieval-queries']).toBe(2);
    expect(metrics['Recall@1']).toBe(1);
    expect(metrics['MAP@2']).toBeCloseTo((1 / 2 + 1) / 2, 12);
    expect(metrics['MAP@100']).toBeCloseTo(((1 + 2 / 3) / 2 + 1) / 2, 12);
    expect(intervals!['MAP@100']![0]).toBeLessThan(intervals!['MAP@100']![1]);
  });

  test('is refused for rows that have no such column, and beside macro', async () => {
    await expect(evaluate({ relevant: 'tags' }, split('test', [0, 1], [[0], [0]]))).rejects.toThrow(
      'no column of any number of labels "tags"',
    );
    expect(plugin.schema.safeParse({ relevant: 'tags', macro: true }).success).toBe(false);
  });
});

const rows = (values: number[], labels: number[]) => ({
  values: Float32Array.from(values),
  dim: 1,
  labels: Int32Array.from(labels),
});

const { rankings } = JSON.parse(
  readFileSync(new URL('../../../test/reference/evaluation/scikit-learn.json', import.meta.url), 'utf8'),
) as { rankings: { name: string; embedding: number[][]; labels: number[]; mapAt: Record<string, number> }[] };

test.each(rankings)(
  "scikit-learn's average precision among the K nearest: $name",
  async ({ embedding, labels, mapAt }) => {
    const all = { values: Float32Array.from(embedding.flat()), dim: 3, labels: Int32Array.from(labels) };
    const { values } = await rankingValues(all, all, {
      distance: 'euclidean',
      leaveOneOut: true,
      recallAt: [1],
      mapAt: Object.keys(mapAt).map(Number),
    });
    const mean = (list: Float64Array): number => list.reduce((sum, value) => sum + value, 0) / list.length;
    expectClose(Object.fromEntries(Object.keys(mapAt).map((k) => [k, mean(values[`MAP@${k}`]!)])), mapAt);
  },
);

test('MAP@K by hand', async () => {
  // One query of class 0 at 0 among references at 1, 2, 3, 4, 5 of classes 1 0 0 1 0: R = 3, P(2) = 1/2, P(3) = 2/3,
  // P(5) = 3/5.
  const { values } = await rankingValues(rows([0], [0]), rows([1, 2, 3, 4, 5], [1, 0, 0, 1, 0]), {
    distance: 'euclidean',
    leaveOneOut: false,
    recallAt: [1, 2],
    mapAt: [1, 2, 5, 100],
  });
  const expected = {
    'Recall@1': 0,
    'Recall@2': 1,
    'precision@1': 0,
    'R-precision': 2 / 3,
    'MAP@R': (1 / 2 + 2 / 3) / 3,
    'MAP@1': 0,
    'MAP@2': 1 / 4,
    'MAP@5': (1 / 2 + 2 / 3 + 3 / 5) / 3,
    'MAP@100': (1 / 2 + 2 / 3 + 3 / 5) / 3,
  };
  expectClose(Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value])), expected);
});

test('whole rankings by hand', async () => {
  // As above, R = 3: relevant at places 2, 3 and 5. DCG = 1/log2(3) + 1/2 + 1/log2(6), ideal 1 + 1/log2(3) + 1/2.
  const { values } = await rankingValues(rows([0], [0]), rows([1, 2, 3, 4, 5], [1, 0, 0, 1, 0]), {
    distance: 'euclidean',
    leaveOneOut: false,
    recallAt: [1],
    mapAt: [],
    precisionAt: [3, 10],
    ndcgAt: [2, 10],
    wholeRanking: true,
  });
  const [second, third, fifth] = [1 / Math.log2(3), 1 / 2, 1 / Math.log2(6)];
  expectClose(Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value])), {
    'precision@1': 0,
    'precision@3': 2 / 3,
    'precision@10': 3 / 10,
    'NDCG@2': second / (1 + second),
    'NDCG@10': (second + third + fifth) / (1 + second + third),
    MAP: (1 / 2 + 2 / 3 + 3 / 5) / 3,
    MRR: 1 / 2,
    mINP: 3 / 5,
    NDCG: (second + third + fifth) / (1 + second + third),
  });
});

const split = (role: Role, values: number[], labels: number[]): EmbeddedSplit => ({
  role,
  dim: 1,
  embeddings: Float32Array.from(values),
  labels: Int32Array.from(labels),
  classNames: ['a', 'b'],
});
const input = (...splits: EmbeddedSplit[]): EvaluationInput => ({
  role: 'test',
  split: async (role) => splits.find((one) => one.role === role),
  pairs: async () => undefined,
  centers: new Map(),
  trainingImages: 1,
  seed: 1,
});
const evaluate = async (options: Record<string, unknown>, given: EvaluationInput) =>
  (await plugin.create(plugin.schema.parse(options), { streams: new RandomStreams(1) })).evaluate(given);

test('without a test split, probes are searched among gallery and distractors', async () => {
  const given = input(
    split('gallery', [1, 5], [0, 1]),
    split('probe', [1.4, 4.6, 9], [0, 1, -1]),
    split('distractors', [1.3], [-1]),
  );
  const { metrics } = await evaluate({ distance: 'euclidean', recallAt: [1, 2] }, given);
  expect(metrics).toMatchObject({ 'Recall@1': 0.5, 'Recall@2': 1, 'retrieval-queries': 2 });
});

test('macro averages count each class once, in the intervals too', async () => {
  // The nearest of 0, 0.1, 0.2 (class 0) are of class 0, 1, 1; of 0.14 and 9 (class 1) of class 0.
  const given = input(split('test', [0, 0.1, 0.2, 0.14, 9], [0, 0, 0, 1, 1]));
  const { metrics, intervals } = await evaluate({ distance: 'euclidean', macro: true }, given);
  expect(metrics['precision@1']).toBeCloseTo(1 / 5, 12);
  expect(metrics['macro-precision@1']).toBeCloseTo((1 / 3 + 0) / 2, 12);
  expect(Object.keys(intervals!)).toContain('macro-MAP@R');
});

test('a whole ranking has no approximate index', () => {
  expect(() => plugin.schema.parse({ wholeRanking: true, index: {} })).toThrow('ranks all references');
});

test('intervals: no spread between classes that are alike, none without replicates', async () => {
  const given = input(split('test', [1, 1.1, 5, 5.1], [0, 0, 1, 1]));
  expect((await evaluate({ distance: 'euclidean' }, given)).intervals!['Recall@1']).toEqual([1, 1]);
  expect((await evaluate({ distance: 'euclidean', bootstrap: 0 }, given)).intervals).toEqual({});
});

test('nothing to find gives no metric; NaN is named', async () => {
  expect(await evaluate({}, input(split('test', [1, 2], [0, 1])))).toEqual({ metrics: {} });
  await expect(evaluate({}, input(split('test', [1, NaN], [0, 0])))).rejects.toThrow('at row 1 holds NaN');
});

test('an approximate index gives the same measures where it finds all, and shows its recall', async () => {
  const random = new RandomStreams(9).stream('angles');
  const labels = Array.from({ length: 80 }, (_, row) => row % 2);
  const given = input(
    split(
      'test',
      labels.map((label) => label + 0.4 * random.normal()),
      labels,
    ),
  );
  const exact = await evaluate({ distance: 'euclidean', bootstrap: 0 }, given);
  const { metrics } = await evaluate(
    { distance: 'euclidean', bootstrap: 0, index: { build: 200, search: 200 } },
    given,
  );
  expect(metrics).toEqual({ ...exact.metrics, 'index-recall@39': 1 });
});
