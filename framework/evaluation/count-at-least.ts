import * as tf from '@tensorflow/tfjs';
import type { Similarity } from './similarity.ts';

/** References scored at once: with 256 queries, 64 MiB. */
const referencesAtOnce = 2 ** 16;
const queriesAtOnce = 256;

/** What to count. */
export interface CountOptions {
  /** Exact similarity of each query's mate, `[queries]`. */
  readonly mates: Float64Array;
  /** Whether a reference counts against a query: false for entries of the query's own identity. */
  readonly counts: (query: number, reference: number) => boolean;
  /** Rising numbers of references: the counts are over the first so many. */
  readonly ends: readonly number[];
}

/**
 * How many references are at least as similar to each query as its mate, among the first `ends[i]`: the rank less one. Entries that
 * do not count must be no more similar than the mate. Counted in float32 on the device, near-ties settled in doubles; no more than a
 * block of scores is ever held.
 *
 * @returns one array of `[queries]` an end
 */
export function countAtLeast(similarity: Similarity, { mates, counts, ends }: CountOptions): Int32Array[] {
  const { queryCount, columns } = similarity;
  const running = new Int32Array(queryCount);
  const found: Int32Array[] = [];
  let begin = 0;
  for (const end of ends) {
    for (; begin < end; begin = Math.min(end, begin + referencesAtOnce)) {
      const size = Math.min(end - begin, referencesAtOnce);
      const references = tf.tensor2d(similarity.referenceRows.subarray(begin * columns, (begin + size) * columns), [size, columns]);
      for (let first = 0; first < queryCount; first += queriesAtOnce) {
        addBlock(similarity, references, { mates, counts, begin, first, rows: Math.min(queriesAtOnce, queryCount - first) }, running);
      }
      references.dispose();
    }
    found.push(running.slice());
  }
  return found;
}

interface Block extends Pick<CountOptions, 'mates' | 'counts'> {
  readonly begin: number;
  readonly first: number;
  readonly rows: number;
}

function addBlock(similarity: Similarity, references: tf.Tensor2D, { mates, counts, begin, first, rows }: Block, running: Int32Array): void {
  const { columns } = similarity;
  const shifted = Float32Array.from({ length: rows }, (_, row) => similarity.shifted(first + row, mates[first + row]!));
  // The mate's own score is rounded to float32 too.
  const margins = Float32Array.from(shifted, (score, row) => similarity.error(first + row) + 2 ** -23 * Math.abs(score));
  tf.tidy(() => {
    const queries = tf.tensor2d(similarity.queryRows.subarray(first * columns, (first + rows) * columns), [rows, columns]);
    const [mate, margin] = [tf.tensor2d(shifted, [rows, 1]), tf.tensor2d(margins, [rows, 1])];
    const lead = tf.sub(tf.matMul(queries, references, false, true), mate);
    const near = tf.lessEqual(tf.abs(lead), margin);
    const above = tf.sum(tf.cast(tf.greater(lead, margin), 'int32'), 1).dataSync<'int32'>();
    const nearCounts = tf.sum(tf.cast(near, 'int32'), 1).dataSync<'int32'>();
    above.forEach((count, row) => {
      running[first + row]! += count;
    });
    const most = nearCounts.reduce((largest, count) => Math.max(largest, count), 0);
    if (most === 0) return;
    const indices = tf.topk(tf.cast(near, 'float32'), most, true).indices.dataSync<'int32'>();
    nearCounts.forEach((count, row) => {
      const query = first + row;
      for (let place = 0; place < count; place++) {
        const reference = begin + indices[row * most + place]!;
        if (counts(query, reference) && similarity.exact(query, reference) >= mates[query]!) running[query]!++;
      }
    });
  });
}
