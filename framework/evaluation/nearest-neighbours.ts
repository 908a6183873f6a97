import * as tf from '@tensorflow/tfjs';
import { groupSize, largestByGroups, transposedReferences } from './grouped-scores.ts';
import type { Similarity } from './similarity.ts';

/** Scores held at once: 64 MiB. */
const scoresAtOnce = 2 ** 24;
/** Neighbours asked for beyond those wanted, so that near-ties at the border rarely need a second look. */
const spare = 16;

/** Groups are worth it where there are more than four times as many as are looked into. */
const groupShare = 4;

/** The neighbours of one query. */
export interface Neighbours {
  readonly query: number;
  /** References, nearest first; those equally near by index. */
  readonly indices: Int32Array;
}

/** What to look for. */
export interface NeighbourOptions {
  /** Neighbours of each query; fewer where there are not so many references. */
  readonly count: number;
  /** Queries and references are the same list, and a row is not its own neighbour. */
  readonly leaveOneOut?: boolean;
}

/** References by falling exact similarity, those equally near by index. */
function byExactness(similarity: Similarity, query: number, references: Int32Array): Int32Array {
  const exact = new Map(Array.from(references, (reference) => [reference, similarity.exact(query, reference)]));
  return references.slice().sort((a, b) => exact.get(b)! - exact.get(a)! || a - b);
}

/** Whether these references are one vector many times (a network that collapsed): then the device's order, by index, is final. */
function areCopies(similarity: Similarity, query: number, references: Int32Array): boolean {
  const first = similarity.exact(query, references[0]!);
  return references.every((reference) => similarity.exact(query, reference) === first);
}

/**
 * Sorts candidates that the device could not tell apart.
 *
 * @param indices by falling float32 score; sorted in place
 * @returns whether the first `wanted` are certain, given that all other references score at most the last candidate's score
 */
function settle(similarity: Similarity, query: number, indices: Int32Array, scores: Float32Array, wanted: number): boolean {
  const margin = 2 * similarity.error(query);
  for (let begin = 0; begin < wanted; ) {
    let end = begin + 1;
    while (end < indices.length && scores[end - 1]! - scores[end]! <= margin) end++;
    const undecided = end === indices.length && end < similarity.referenceCount;
    if (undecided && !areCopies(similarity, query, indices.subarray(Math.min(wanted, end) - 1))) return false;
    if (end > begin + 1) indices.set(byExactness(similarity, query, indices.subarray(begin, end)), begin);
    begin = end;
  }
  return true;
}

/**
 * The nearest references of each query, in order of the queries: ranked in float32 on the device, block by block, near-ties settled in
 * doubles. Never holds more than a block of scores.
 */
export async function* nearestNeighbours(similarity: Similarity, { count, leaveOneOut = false }: NeighbourOptions): AsyncGenerator<Neighbours> {
  const { queryCount, referenceCount, columns } = similarity;
  const wanted = Math.min(count + Number(leaveOneOut), referenceCount);
  const taken = Math.min(wanted + spare, referenceCount);
  const block = Math.max(1, Math.min(4096, Math.floor(scoresAtOnce / referenceCount)));
  const grouped = referenceCount > groupShare * groupSize * (taken + 1);
  const references = transposedReferences(similarity.referenceRows, columns, grouped);
  try {
    for (let begin = 0; begin < queryCount; begin += block) {
      const rows = Math.min(block, queryCount - begin);
      const top = tf.tidy(() => {
        const queries = tf.tensor2d(similarity.queryRows.subarray(begin * columns, (begin + rows) * columns), [rows, columns]);
        const scores: tf.Tensor2D = tf.matMul(queries, references);
        if (grouped) return largestByGroups(scores, referenceCount, taken);
        return tf.topk(scores, taken, true);
      });
      const [scores, indices] = [await top.values.data<'float32'>(), await top.indices.data<'int32'>()];
      tf.dispose([top.values, top.indices]);
      for (let row = 0; row < rows; row++) {
        const query = begin + row;
        let found: Int32Array = indices.slice(row * taken, (row + 1) * taken);
        if (!settle(similarity, query, found, scores.subarray(row * taken, (row + 1) * taken), wanted)) {
          found = byExactness(similarity, query, Int32Array.from({ length: referenceCount }, (_, index) => index));
        }
        const others = leaveOneOut ? found.filter((reference) => reference !== query) : found;
        yield { query, indices: others.slice(0, count) };
      }
    }
  } finally {
    references.dispose();
  }
}
