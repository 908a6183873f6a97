import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { ApproximateIndex, approximateIndexSchema } from './approximate-index.ts';
import { nearestNeighbors, type Neighbors } from './nearest-neighbors.ts';
import { similarityOf } from './similarity.ts';
import type { Rows } from './row-source.ts';

beforeAll(() => tf.setBackend('cpu'));

const random = new RandomStreams(6).stream('rows');
const rows = (count: number): Rows => ({
  dim: 8,
  values: Float32Array.from({ length: 8 * count }, () => random.normal()),
});
const all = async (stream: AsyncIterable<Neighbors>): Promise<number[][]> => {
  const found: number[][] = [];
  for await (const { indices } of stream) found.push([...indices]);
  return found;
};
const stream = () => new RandomStreams(2).stream('checked');

test.each(['cosine', 'euclidean'] as const)(
  'looking far enough it finds the exact neighbors in their order, itself left out: %s',
  async (distance) => {
    const references = rows(300);
    const index = await ApproximateIndex.of(
      references,
      references,
      distance,
      approximateIndexSchema.parse({ search: 300, build: 300 }),
    );
    const asked = { count: 5, leaveOneOut: true };
    expect(await all(index.neighbors(asked))).toEqual(
      await all(nearestNeighbors(similarityOf(references, references, distance), asked)),
    );
    expect(await index.recall(asked, stream())).toBe(1);
  },
);

test('a part of the references first, then all: at each size it finds the exact neighbors among those that are in it', async () => {
  const [queries, references] = [rows(20), rows(300)];
  const index = await ApproximateIndex.of(
    queries,
    references,
    'cosine',
    approximateIndexSchema.parse({ search: 300, build: 300 }),
    7,
  );
  for (const size of [7, 120, 300]) {
    index.grow(size);
    const part = { dim: 8, values: references.values.subarray(0, 8 * size) };
    expect(await all(index.neighbors({ count: 9 }))).toEqual(
      await all(nearestNeighbors(similarityOf(queries, part, 'cosine'), { count: 9 })),
    );
    expect(await index.recall({ count: 9 }, stream())).toBe(1);
  }
});

test('its recall is what it misses, over the queries that were drawn', async () => {
  const [queries, references] = [rows(60), rows(4000)];
  const options = approximateIndexSchema.parse({ connectivity: 2, build: 2, search: 2, checked: 60 });
  const index = await ApproximateIndex.of(queries, references, 'cosine', options);
  const [found, truth] = [
    await all(index.neighbors({ count: 10 })),
    await all(nearestNeighbors(similarityOf(queries, references, 'cosine'), { count: 10 })),
  ];
  const hits = truth.reduce(
    (sum, exact, query) => sum + exact.filter((reference) => found[query]!.includes(reference)).length,
    0,
  );
  const recall = await index.recall({ count: 10 }, stream());
  expect(recall).toBeCloseTo(hits / 600, 12);
  expect(recall).toBeLessThan(0.95);
  expect(recall).toBeGreaterThan(0.05);
  const again = await ApproximateIndex.of(queries, references, 'cosine', options);
  expect(await all(again.neighbors({ count: 10 }))).toEqual(found);
});
