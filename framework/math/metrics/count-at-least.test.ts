import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { countAtLeast } from './count-at-least.ts';
import { similarityOf } from './similarity.ts';

beforeAll(() => tf.setBackend('cpu'));

const random = new RandomStreams(8).stream('rows');
const rows = (count: number, spread: number) => ({
  values: Float32Array.from({ length: 4 * count }, () => 1 + spread * random.normal()),
  dim: 4,
});

test.each([
  ['far apart', 1],
  ['closer than float32 can tell', 1e-4],
])('counts of doubles, by growing numbers of references: rows %s', async (_where, spread) => {
  const [queries, references] = [rows(30, spread), rows(200, spread)];
  for (const measure of ['cosine', 'euclidean'] as const) {
    const similarity = similarityOf(queries, references, measure);
    // The mate of query q is reference q, which does not count.
    const mates = Float64Array.from({ length: 30 }, (_, query) => similarity.exact(query, query));
    const counts = (query: number, reference: number): boolean => reference !== query;
    const before = tf.memory().numTensors;
    const found = await countAtLeast(similarity, { mates, counts, ends: [40, 200] });
    expect(tf.memory().numTensors).toBe(before);
    [40, 200].forEach((end, index) => {
      const byDefinition = Array.from(
        { length: 30 },
        (_, query) =>
          Array.from({ length: end }, (_, reference) => reference).filter(
            (reference) => counts(query, reference) && similarity.exact(query, reference) >= mates[query]!,
          ).length,
      );
      expect([...found[index]!], `${measure}, ${end} references`).toEqual(byDefinition);
    });
  }
});

test.each([
  ['of easy queries, in a few groups', 0.002],
  ['of hard ones, in all', 1],
  ['of both', 0.02],
])('counts of doubles among many references: %s', async (_which, spread) => {
  const references = rows(2500, 1);
  const values = Float32Array.from(
    { length: 4 * 20 },
    (_, entry) => references.values[entry]! + spread * (1 + (entry >> 2)) * random.normal(),
  );
  for (const measure of ['cosine', 'euclidean'] as const) {
    const similarity = similarityOf({ values, dim: 4 }, references, measure);
    const mates = Float64Array.from({ length: 20 }, (_, query) => similarity.exact(query, query));
    const before = tf.memory().numTensors;
    const found = await countAtLeast(similarity, {
      mates,
      counts: (query, reference) => reference !== query,
      ends: [2005, 2500],
    });
    expect(tf.memory().numTensors).toBe(before);
    [2005, 2500].forEach((end, index) => {
      const byDefinition = Array.from(
        { length: 20 },
        (_, query) =>
          Array.from({ length: end }, (_, reference) => reference).filter(
            (reference) => reference !== query && similarity.exact(query, reference) >= mates[query]!,
          ).length,
      );
      expect([...found[index]!], `${measure}, ${end} references`).toEqual(byDefinition);
    });
  }
});

test('a reference exactly as similar as the mate counts', async () => {
  const similarity = similarityOf(
    { values: Float32Array.from([1, 3]), dim: 2 },
    { values: Float32Array.from([0, 2, 0, 4, 1, 0]), dim: 2 },
    'cosine',
  );
  expect([
    ...(
      await countAtLeast(similarity, {
        mates: Float64Array.from([similarity.exact(0, 0)]),
        counts: (_, reference) => reference !== 0,
        ends: [3],
      })
    )[0]!,
  ]).toEqual([1]);
});
