import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type EvaluationInput } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '#test/expect-close';
import plugin from './index.ts';
import { kMeans } from './k-means.ts';
import { miniBatchKMeans } from './mini-batch-k-means.ts';
import { agreement } from './mutual-information.ts';

beforeAll(() => tf.setBackend('cpu'));

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../test/reference/${file}`, import.meta.url), 'utf8'));
const { cases } = read('vectors/metrics.json') as {
  cases: { name: string; kind: string; input: Record<string, unknown>; expected: Record<string, unknown> }[];
};
const scikitLearn = read('evaluation/scikit-learn.json') as {
  agreement: { name: string; a: number[]; b: number[]; nmi: number; ami: number }[];
};

describe('reference cases', () => {
  test.each(cases.filter(({ kind }) => kind === 'clustering'))('$name', async ({ input, expected }) =>
    expectClose(await plugin.answer!(input), expected),
  );
});

describe('reference cases with purity', () => {
  const further = read('vectors/metrics-clustering.json') as { cases: typeof cases };
  test.each(further.cases)('$name', async ({ input, expected }) => expectClose(await plugin.answer!(input), expected));
});

test.each(scikitLearn.agreement)("scikit-learn's NMI and AMI: $name", ({ a, b, nmi, ami }) =>
  expectClose(agreement(a, b), { nmi, ami }),
);

test('mutual information by hand: {1 2 | 3 4} against {1 2 3 | 4}', () => {
  // I = ½ ln 4/3 + ¼ ln 2/3 + ¼ ln 2; H = ln 2 and ¾ ln 4/3 + ¼ ln 4.
  const information = 0.5 * Math.log(4 / 3) + 0.25 * Math.log(2 / 3) + 0.25 * Math.log(2);
  const entropies = Math.log(2) + 0.75 * Math.log(4 / 3) + 0.25 * Math.log(4);
  expect(agreement([0, 0, 1, 1], [0, 0, 0, 1]).nmi).toBeCloseTo((2 * information) / entropies, 12);
});

const groups = (spread: number) => {
  const random = new RandomStreams(4).stream('groups');
  return {
    labels: Int32Array.from({ length: 60 }, (_, row) => row % 3),
    rows: Float32Array.from(
      { length: 120 },
      (_, entry) =>
        (entry % 2 === 0 ? Math.cos(2.1 * ((entry >> 1) % 3)) : Math.sin(2.1 * ((entry >> 1) % 3))) +
        spread * random.normal(),
    ),
  };
};

test('k-means finds groups that are apart, and the same ones from the same seed', async () => {
  const { rows, labels } = groups(0.05);
  const stream = () => new RandomStreams(1).stream('k-means');
  const before = tf.memory().numTensors;
  const found = await kMeans(rows, 2, 3, stream());
  expect(agreement(labels, found.assignment).nmi).toBe(1);
  expect(found.inertia).toBeLessThan(120 * 0.05 ** 2 * 1.5);
  expect(await kMeans(rows, 2, 3, stream())).toEqual(found);
  expect(tf.memory().numTensors).toBe(before);
});

test('mini-batches find groups that are apart, and the same ones from the same seed', async () => {
  const { rows, labels } = groups(0.05);
  const stream = () => new RandomStreams(4).stream('k-means');
  const before = tf.memory().numTensors;
  const found = await miniBatchKMeans(rows, 2, 3, { size: 30, rounds: 20 }, stream());
  expect(agreement(labels, found.assignment).nmi).toBe(1);
  expect(found.inertia).toBeLessThan(120 * 0.05 ** 2 * 2);
  expect(await miniBatchKMeans(rows, 2, 3, { size: 30, rounds: 20 }, stream())).toEqual(found);
  expect(tf.memory().numTensors).toBe(before);
});

test('one mini-batch by hand: a center becomes the mean of the rows it has had', async () => {
  // One cluster: the first row of the batch takes the center over whole, the others move it to the mean of the batch.
  const rows = Float32Array.of(0, 6, 12);
  const random = new RandomStreams(2).stream('k-means');
  random.integer(3);
  const drawn = [0, 1, 2].map(() => rows[random.integer(3)]!);
  const mean = drawn.reduce((sum, value) => sum + value, 0) / 3;
  const { inertia } = await miniBatchKMeans(rows, 1, 1, { size: 3, rounds: 1 }, new RandomStreams(2).stream('k-means'));
  expect(inertia).toBeCloseTo(
    rows.reduce((sum, value) => sum + (value - mean) ** 2, 0),
    3,
  );
});

test('fewer different rows than clusters leave clusters empty', async () => {
  expect((await kMeans(new Float32Array(8).fill(1), 2, 3, new RandomStreams(1).stream('k-means'))).inertia).toBe(0);
});

const input = (rows: Float32Array, labels: Int32Array): EvaluationInput => ({
  role: 'test',
  split: async (role) => ({ role, dim: 2, embeddings: rows, labels, classNames: ['a', 'b', 'c'] }),
  pairs: async () => undefined,
  centers: new Map(),
  trainingImages: 1,
  seed: 1,
});
const evaluate = async (given: EvaluationInput, options = {}) =>
  (await plugin.create(plugin.schema.parse(options), { streams: new RandomStreams(1) })).evaluate(given);

test('the evaluator: groups apart score 1, one class scores nothing, NaN is named', async () => {
  const { rows, labels } = groups(0.05);
  expect((await evaluate(input(rows, labels))).metrics).toEqual({ NMI: 1, AMI: 1, purity: 1 });
  expect((await evaluate(input(rows, labels), { miniBatch: { size: 30 }, restarts: 8 })).metrics).toEqual({
    NMI: 1,
    AMI: 1,
    purity: 1,
  });
  expect(
    await evaluate(
      input(
        rows,
        labels.map(() => 1),
      ),
    ),
  ).toEqual({ metrics: {} });
  await expect(
    evaluate(
      input(
        rows.map((value, entry) => (entry === 7 ? NaN : value)),
        labels,
      ),
    ),
  ).rejects.toThrow('at row 3 holds NaN');
});
