import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { EmbeddingStream } from '../../data/embeddings/embedding-stream.ts';
import { openIndex, type IndexMatch } from './open-index.ts';
import { indexTypes, type IndexType } from './row-codec.ts';
import { addToIndex, buildIndex, removeFromIndex } from './write-index.ts';

beforeAll(() => tf.setBackend('cpu'));
const root = mkdtempSync(join(tmpdir(), 'ablate-index-'));
afterAll(() => rmSync(root, { recursive: true }));
const settings = { run: null, operatingPoints: null };

/** Rows in pieces of three, named by their number from `first` on. */
function streamOf(values: Float32Array, dim: number, first = 0): EmbeddingStream {
  const count = values.length / dim;
  async function* rows(): AsyncGenerator<Float32Array> {
    for (let row = 0; row < count; row += 3) yield values.subarray(row * dim, Math.min(count, row + 3) * dim);
  }
  return {
    count,
    dim,
    rows: rows(),
    labels: Int32Array.from({ length: count }, (_, row) => (row % 3) - 1),
    classNames: ['a', 'b'],
    name: (row) => `image ${first + row}`,
  };
}
const noise = (rows: number, dim: number, purpose: string): Float32Array => {
  const random = new RandomStreams(1).stream(purpose);
  return Float32Array.from({ length: rows * dim }, () => random.normal());
};
async function searched(directory: string, values: Float32Array, dim: number, query = {}): Promise<IndexMatch[][]> {
  const index = await openIndex(directory);
  const found: IndexMatch[][] = [];
  const before = tf.memory().numTensors;
  for await (const matches of index.search({ values, dim }, query)) found.push([...matches]);
  expect(tf.memory().numTensors).toBe(before);
  index.close();
  return found;
}

/** Cosines in doubles, by brute force. */
function ranked(rows: Float32Array, query: Float32Array, dim: number): { row: number; score: number }[] {
  const norm = (values: Float32Array): number => Math.hypot(...values);
  return Array.from({ length: rows.length / dim }, (_, row) => {
    const own = rows.subarray(row * dim, (row + 1) * dim);
    return { row, score: own.reduce((sum, value, at) => sum + value * query[at]!, 0) / norm(own) / norm(query) };
  }).sort((a, b) => b.score - a.score);
}

/** Largest error of a cosine: half a step of each number, and what the sum makes of them. */
const errors: Readonly<Record<IndexType, number>> = { float32: 1e-6, float16: 1e-3, int8: 2e-2 };

test.each(indexTypes)('%s finds what brute force finds, after adding and taking out', async (type) => {
  const [dim, directory] = [24, join(root, type)];
  const rows = noise(40, dim, 'rows');
  await buildIndex(directory, streamOf(rows.subarray(0, 25 * dim), dim), { type, ...settings });
  await addToIndex(directory, streamOf(rows.subarray(25 * dim), dim, 25));
  await removeFromIndex(directory, [3, 30]);
  const queries = noise(5, dim, 'queries');
  const found = await searched(directory, queries, dim, { count: 38 });
  for (const [query, matches] of found.entries()) {
    const truth = ranked(rows, queries.subarray(query * dim, (query + 1) * dim), dim);
    const kept = truth.filter(({ row }) => row !== 3 && row !== 30);
    expect(matches.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
      kept.map(({ row }) => row).sort((a, b) => a - b),
    );
    if (type === 'float32') expect(matches.map(({ row }) => row)).toEqual(kept.map(({ row }) => row));
    for (const { row, score, name } of matches) {
      expect(Math.abs(score - kept.find((one) => one.row === row)!.score)).toBeLessThan(errors[type]);
      expect(name).toBe(`image ${row}`);
    }
  }
  // Row 26 is the second of those added: of class 0, where the first has none.
  expect(found[0]!.find(({ row }) => row === 26)!.class).toBe('a');
  expect(found[0]!.find(({ row }) => row === 25)).not.toHaveProperty('class');
});

test('a threshold leaves out what scores lower; rows of zeros and numbers of half precision are kept', async () => {
  const directory = join(root, 'small');
  // 2⁻²⁵ beside 1 rounds to the even neighbor, 0; 3 · 2⁻²⁵ to 2⁻²³.
  const rows = Float32Array.of(1, 2 ** -25, 0, 0, -1, 3 * 2 ** -25, 0.6, 0.8);
  await buildIndex(directory, streamOf(rows, 2), { type: 'float16', ...settings });
  const [matches] = await searched(directory, Float32Array.of(1, 0), 2, { threshold: 0 });
  expect(matches!.map(({ row, score }) => [row, score])).toEqual([
    [0, 1],
    [3, expect.closeTo(0.6, 3)],
    [1, 0],
  ]);
});

test('what cannot be searched or added is refused', async () => {
  const directory = join(root, 'refusing');
  await buildIndex(directory, streamOf(noise(4, 3, 'few'), 3), { type: 'int8', ...settings });
  await expect(searched(directory, Float32Array.of(1, 0), 2)).rejects.toThrow('the queries have 2');
  await expect(addToIndex(directory, streamOf(noise(2, 2, 'few'), 2))).rejects.toThrow('the embeddings have 2');
  await expect(addToIndex(directory, streamOf(Float32Array.of(1, NaN, 0), 3))).rejects.toThrow('image 0 holds NaN');
  await expect(removeFromIndex(directory, [4])).rejects.toThrow('has no row 4');
  await removeFromIndex(directory, [1]);
  await expect(removeFromIndex(directory, [1])).rejects.toThrow('has no row 1');
  await expect(buildIndex(directory, streamOf(noise(4, 3, 'few'), 3), { type: 'int8', ...settings })).rejects.toThrow(
    'is not empty',
  );
  await expect(openIndex(root)).rejects.toThrow('is no index');
  // What a killed process left is gone after the next addition, and never was part of the index.
  writeFileSync(join(directory, 'rows-0123456789abcdef.bin'), 'half');
  expect((await openIndex(directory)).size).toBe(3);
  await addToIndex(directory, streamOf(noise(1, 3, 'one'), 3));
  expect(readdirSync(directory).filter((name) => name.endsWith('.bin'))).toHaveLength(2);
  const [rows] = readdirSync(directory).filter((name) => name.endsWith('.bin'));
  const known = join(directory, rows!.replace('.bin', '.json'));
  const whole = readFileSync(known, 'utf8');
  for (const damaged of ['', '{}', 'null', whole.slice(0, -3), '{"names": [], "classes": []}']) {
    writeFileSync(known, damaged);
    await expect(openIndex(directory), damaged).rejects.toThrow(/does not say what the rows/);
  }
  writeFileSync(known, whole);
  truncateSync(join(directory, rows!), 2);
  await expect(openIndex(directory)).rejects.toThrow('has 2 bytes');
});
