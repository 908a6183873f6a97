import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { nearestNeighbors, type Neighbors } from './nearest-neighbors.ts';
import { similarityOf, type DistanceMeasure } from './similarity.ts';
import type { Rows } from './row-source.ts';

beforeAll(() => tf.setBackend('cpu'));

function randomRows(count: number, dim: number, scale: number, offset = 0): Rows {
  const random = new RandomStreams(3).stream('rows', count, dim);
  return { values: Float32Array.from({ length: count * dim }, () => offset + scale * random.normal()), dim };
}

async function all(stream: AsyncIterable<Neighbors>): Promise<Neighbors[]> {
  const found: Neighbors[] = [];
  for await (const neighbors of stream) found.push(neighbors);
  return found;
}

/** The definition: all similarities in doubles, sorted, equal ones by index. */
function byDefinition({ values, dim }: Rows, query: number, measure: DistanceMeasure): number[] {
  const row = (index: number): number[] => [...values.subarray(index * dim, (index + 1) * dim)];
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, column) => sum + value * b[column]!, 0);
  const alike = (index: number): number => {
    const [a, b] = [row(query), row(index)];
    return measure === 'cosine'
      ? dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)))
      : -Math.sqrt(a.reduce((sum, value, column) => sum + (value - b[column]!) ** 2, 0));
  };
  const scores = Array.from({ length: values.length / dim }, (_, index) => alike(index));
  return [...scores.keys()].filter((index) => index !== query).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

test.each([
  ['far apart', 'cosine', [120, 8, 1]],
  ['far apart', 'euclidean', [120, 8, 1]],
  ['on a circle, whose angles float32 cannot tell apart', 'cosine', [400, 2, 1e-4, 1]],
  ['far from the origin, where ‖q‖² − 2qr + ‖r‖² loses every digit', 'euclidean', [200, 4, 1e-3, 1000]],
] as const)('the order of doubles: rows %s, %s', async (_where, measure, [number, dim, scale, offset]) => {
  const rows = randomRows(number, dim, scale, offset);
  for (const count of [1, 5, 40]) {
    for await (const { query, indices } of nearestNeighbors(similarityOf(rows, rows, measure), {
      count,
      leaveOneOut: true,
    })) {
      expect([...indices], `query ${query}, ${count} neighbors`).toEqual(
        byDefinition(rows, query, measure).slice(0, count),
      );
    }
  }
});

test.each(['cosine', 'euclidean'] as const)(
  'the order of doubles among many references, which are looked at in groups: %s',
  async (measure) => {
    // 1,003 leaves the last group uneven. Each row comes twice, far apart in the list: ties, which the index decides.
    const few = randomRows(502, 4, 1);
    const rows = { dim: 4, values: Float32Array.from([...few.values, ...few.values]).subarray(0, 4 * 1003) };
    const queries = { dim: 4, values: rows.values.subarray(0, 4 * 40) };
    const before = tf.memory().numTensors;
    for await (const { query, indices } of nearestNeighbors(similarityOf(queries, rows, measure), { count: 3 })) {
      expect([...indices.subarray(0, 2)]).toEqual([query, query + 502]);
      expect(indices[2]).toBe(byDefinition(rows, query, measure).filter((index) => index !== query + 502)[0]);
    }
    expect(tf.memory().numTensors).toBe(before);
  },
);

test.each(['cosine', 'euclidean'] as const)(
  'references that pass by in parts, to the same order: %s',
  async (measure) => {
    // Rows come twice, so that ties lie in different parts; 1,003 leaves the last part uneven, 150 of them are looked
    // at in groups.
    const few = randomRows(502, 4, 1);
    const rows = { dim: 4, values: Float32Array.from([...few.values, ...few.values]).subarray(0, 4 * 1003) };
    const queries = { dim: 4, values: rows.values.subarray(0, 4 * 60) };
    const similarity = similarityOf(queries, rows, measure);
    const whole = await all(nearestNeighbors(similarity, { count: 12 }));
    const before = tf.memory().numTensors;
    for (const references of [1, 30, 700]) {
      expect(
        await all(nearestNeighbors(similarity, { count: 12 }, references * similarity.columns)),
        `${references} at once`,
      ).toEqual(whole);
    }
    expect([...whole[7]!.indices]).toEqual(
      [7, 509, ...byDefinition(rows, 7, measure).filter((index) => index !== 509)].slice(0, 12),
    );
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('all scores below 0 among many references: padding is no neighbor', async () => {
  const rows = {
    dim: 2,
    values: Float32Array.from({ length: 2 * 1001 }, (_, entry) =>
      entry % 2 === 0 ? -1 : ((entry - 1) / 2 - 300) / 500,
    ),
  };
  const [first] = await all(
    nearestNeighbors(similarityOf({ dim: 2, values: Float32Array.of(1, 0) }, rows, 'cosine'), { count: 2 }),
  );
  expect([...first!.indices]).toEqual([1000, 999]);
});

test('a network that collapsed, with many references, to the order of their indices', async () => {
  const rows = { values: new Float32Array(6000).fill(0.3), dim: 2 };
  const [first, second] = await all(
    nearestNeighbors(similarityOf(rows, rows, 'cosine'), { count: 3, leaveOneOut: true }),
  );
  expect([first, second].map((found) => [...found!.indices])).toEqual([
    [1, 2, 3],
    [0, 2, 3],
  ]);
});

test('a network that collapsed: all rows alike come in the order of their indices', async () => {
  const rows = { values: new Float32Array(300).fill(0.3), dim: 3 };
  for await (const { query, indices } of nearestNeighbors(similarityOf(rows, rows, 'cosine'), {
    count: 2,
    leaveOneOut: true,
  })) {
    expect([...indices]).toEqual([0, 1, 2].filter((index) => index !== query).slice(0, 2));
  }
});

test('more neighbors than references are all references; no tensor is left behind', async () => {
  const rows = randomRows(5, 3, 1);
  const before = tf.memory().numTensors;
  const found = await all(nearestNeighbors(similarityOf(rows, rows, 'cosine'), { count: 10, leaveOneOut: true }));
  expect(found.map(({ indices }) => indices.length)).toEqual([4, 4, 4, 4, 4]);
  expect(tf.memory().numTensors).toBe(before);
});

test('a row of zeros is at a right angle to all', async () => {
  const rows = { values: Float32Array.from([0, 0, 1, 0, -1, 0]), dim: 2 };
  const [first] = await all(nearestNeighbors(similarityOf(rows, rows, 'cosine'), { count: 2, leaveOneOut: true }));
  expect([...first!.indices]).toEqual([1, 2]);
});
