import * as tf from '@tensorflow/tfjs';
import { chosenGroups, groupsOf, transposedReferences } from './grouped-scores.ts';
import type { Similarity } from './similarity.ts';

/** References scored at once: with 256 queries, 16 MiB. */
const referencesAtOnce = 2 ** 14;
const queriesAtOnce = 256;
/**
 * Most groups of scores that are looked into for a query; where more hold a score like the mate's, all scores are
 * counted on the device.
 */
const groupsAtMost = 32;

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
 * Counts how many references are at least as similar to each query as its mate, among the first `ends[i]`: the rank
 * less one. Entries that do not count must be no more similar than the mate. Counted in float32 on the device,
 * near-ties settled in doubles; no more than a block of scores is ever held.
 *
 * @returns one array of `[queries]` an end
 */
export async function countAtLeast(
  similarity: Similarity,
  { mates, counts, ends }: CountOptions,
): Promise<Int32Array[]> {
  const { queryCount, columns } = similarity;
  const running = new Int32Array(queryCount);
  const found: Int32Array[] = [];
  let begin = 0;
  for (const end of ends) {
    for (; begin < end; begin = Math.min(end, begin + referencesAtOnce)) {
      const size = Math.min(end - begin, referencesAtOnce);
      const references = transposedReferences(similarity.referenceRows(begin, begin + size), columns, true);
      for (let first = 0; first < queryCount; first += queriesAtOnce) {
        await addBlock(
          similarity,
          references,
          { mates, counts, begin, size, first, rows: Math.min(queriesAtOnce, queryCount - first) },
          running,
        );
      }
      references.dispose();
    }
    found.push(running.slice());
  }
  return found;
}

interface Block extends Pick<CountOptions, 'mates' | 'counts'> {
  readonly begin: number;
  /** References of the block, without the padding of their tensor. */
  readonly size: number;
  readonly first: number;
  readonly rows: number;
}

/**
 * How the block's queries stand: each mate's score as the device would have it, and how far from it a score is near.
 */
interface Bounds {
  readonly shifted: Float64Array;
  readonly margins: Float64Array;
}

async function addBlock(
  similarity: Similarity,
  references: tf.Tensor2D,
  block: Block,
  running: Int32Array,
): Promise<void> {
  const { columns } = similarity;
  const { mates, first, rows } = block;
  const shifted = Float64Array.from({ length: rows }, (_, row) => similarity.shifted(first + row, mates[first + row]!));
  const bounds = {
    shifted,
    margins: shifted.map((score, row) => similarity.error(first + row) + 2 ** -22 * Math.abs(score)),
  };
  const { scores, hot, heats } = tf.tidy(() => {
    const scores: tf.Tensor2D = tf.matMul(
      tf.tensor2d(similarity.queryRows(first, first + rows), [rows, columns]),
      references,
    );
    const hot = tf.greaterEqual(
      tf.max(groupsOf(scores), 2),
      column(shifted.map((score, row) => score - bounds.margins[row]!)),
    );
    return { scores, hot, heats: tf.sum(tf.cast(hot, 'int32'), 1) };
  });
  try {
    const heat = await heats.data<'int32'>();
    const easy = [...heat.keys()].filter((row) => heat[row]! > 0 && heat[row]! <= groupsAtMost);
    const hard = [...heat.keys()].filter((row) => heat[row]! > groupsAtMost);
    const rowsOf = <T extends tf.Tensor>(tensor: T, chosen: number[]): T =>
      chosen.length === rows ? tensor : tf.gather(tensor, tf.tensor1d(chosen, 'int32'));
    if (easy.length > 0) {
      const most = easy.reduce((largest, row) => Math.max(largest, heat[row]!), 0);
      await addGroups(
        similarity,
        tf.tidy(() => {
          const chosen = tf.topk(tf.cast(rowsOf(hot, easy), 'float32'), most, true).indices as tf.Tensor2D;
          return chosenGroups(groupsOf(rowsOf(scores, easy)), chosen);
        }),
        easy,
        bounds,
        block,
        running,
      );
    }
    if (hard.length > 0) await addRows(similarity, () => rowsOf(scores, hard), hard, bounds, block, running);
  } finally {
    tf.dispose([scores, hot, heats]);
  }
}

const column = (values: Float64Array): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [values.length, 1]);

/** Counts within the few groups of each query that hold a score like the mate's; disposes them. */
async function addGroups(
  similarity: Similarity,
  chosen: { scores: tf.Tensor2D; references: tf.Tensor2D },
  queries: readonly number[],
  { shifted, margins }: Bounds,
  { counts, mates, begin, size, first }: Block,
  running: Int32Array,
): Promise<void> {
  const [scores, references] = [await chosen.scores.data<'float32'>(), await chosen.references.data<'int32'>()];
  tf.dispose([chosen.scores, chosen.references]);
  const width = scores.length / queries.length;
  queries.forEach((row, index) => {
    for (let place = index * width; place < (index + 1) * width; place++) {
      const lead = scores[place]! - shifted[row]!;
      if (lead < -margins[row]! || references[place]! >= size) continue;
      if (lead > margins[row]! || isAtLeast(similarity, first + row, begin + references[place]!, mates, counts))
        running[first + row]!++;
    }
  });
}

const isAtLeast = (
  similarity: Similarity,
  query: number,
  reference: number,
  mates: Float64Array,
  counts: CountOptions['counts'],
): boolean => counts(query, reference) && similarity.exact(query, reference) >= mates[query]!;

/** Counts all scores of each query on the device, and settles the near ones. */
async function addRows(
  similarity: Similarity,
  rowsOfScores: () => tf.Tensor2D,
  queries: readonly number[],
  { shifted, margins }: Bounds,
  { counts, mates, begin, size, first }: Block,
  running: Int32Array,
): Promise<void> {
  const { near, counted } = tf.tidy(() => {
    const padded = rowsOfScores();
    const scores = padded.shape[1] === size ? padded : tf.slice(padded, [0, 0], [queries.length, size]);
    const bound = (sign: number): tf.Tensor2D =>
      column(Float64Array.from(queries, (row) => shifted[row]! + sign * margins[row]!));
    const above = tf.greater(scores, bound(1));
    const near = tf.logicalXor(tf.greaterEqual(scores, bound(-1)), above);
    return { near, counted: [above, near].map((flags) => tf.sum(tf.cast(flags, 'int32'), 1)) };
  });
  const [aboveCounts, nearCounts] = [await counted[0]!.data<'int32'>(), await counted[1]!.data<'int32'>()];
  aboveCounts.forEach((count, index) => {
    running[first + queries[index]!]! += count;
  });
  const most = nearCounts.reduce((largest, count) => Math.max(largest, count), 0);
  const nearest = most === 0 ? undefined : tf.tidy(() => tf.topk(tf.cast(near, 'float32'), most, true).indices);
  tf.dispose([near, counted]);
  if (!nearest) return;
  const references = await nearest.data<'int32'>();
  nearest.dispose();
  nearCounts.forEach((count, index) => {
    const query = first + queries[index]!;
    for (let place = index * most; place < index * most + count; place++) {
      if (isAtLeast(similarity, query, begin + references[place]!, mates, counts)) running[query]!++;
    }
  });
}
