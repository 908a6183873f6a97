import * as tf from '@tensorflow/tfjs';
import { BestScores } from './best-scores.ts';
import { groupSize, largestByGroups, transposedReferences } from './grouped-scores.ts';
import type { Similarity } from './similarity.ts';

/** Scores held at once: 64 MiB. */
const scoresAtOnce = 2 ** 24;
/** Numbers of references on the device at once: 128 MiB, and as much again while they are laid out. */
const numbersAtOnce = 2 ** 25;
/** Candidates kept at once while the parts of the references go by: 64 MiB. */
const candidatesAtOnce = 2 ** 23;
/** Neighbors asked for beyond those wanted, so that near-ties at the border rarely need a second look. */
const spare = 16;

/** Groups are worth it where there are more than four times as many as are looked into. */
const groupShare = 4;

/** The neighbors of one query. */
export interface Neighbors {
  readonly query: number;
  /** References, nearest first; those equally near by index. */
  readonly indices: Int32Array;
}

/** What to look for. */
export interface NeighborOptions {
  /** Neighbors of each query; fewer where there are not so many references. */
  readonly count: number;
  /** Queries and references are the same list, and a row is not its own neighbor. */
  readonly leaveOneOut?: boolean;
}

/** References by falling exact similarity, those equally near by index. */
function byExactness(similarity: Similarity, query: number, references: Int32Array): Int32Array {
  const exact = new Map(Array.from(references, (reference) => [reference, similarity.exact(query, reference)]));
  return references.slice().sort((a, b) => exact.get(b)! - exact.get(a)! || a - b);
}

/**
 * Whether these references are one vector many times (a network that collapsed): then the device's order, by index, is
 * final.
 */
function areCopies(similarity: Similarity, query: number, references: Int32Array): boolean {
  const first = similarity.exact(query, references[0]!);
  return references.every((reference) => similarity.exact(query, reference) === first);
}

/**
 * Sorts candidates that the device could not tell apart.
 *
 * @param indices by falling float32 score; sorted in place
 * @returns whether the first `wanted` are certain, given that all other references score at most the last candidate's
 * score
 */
function settle(
  similarity: Similarity,
  query: number,
  indices: Int32Array,
  scores: Float32Array,
  wanted: number,
): boolean {
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

/** What is looked for in one part of the references. */
interface Search {
  readonly similarity: Similarity;
  /** First reference of the part, and the one after its last. */
  readonly begin: number;
  readonly end: number;
  readonly taken: number;
  /** `[columns, references]` of the part, padded to whole groups where `grouped`. */
  readonly references: tf.Tensor2D;
  readonly grouped: boolean;
}

/** Adds the best of a part of the references to the candidates of the queries from `first` on. */
async function searchPart(
  { similarity, begin, end, taken, references, grouped }: Search,
  first: number,
  best: BestScores,
): Promise<void> {
  const count = end - begin;
  const kept = Math.min(taken, count);
  const block = Math.max(1, Math.min(4096, Math.floor(scoresAtOnce / count)));
  for (let row = 0; row < best.rows; row += block) {
    const rows = Math.min(block, best.rows - row);
    const top = tf.tidy(() => {
      const queries = tf.tensor2d(similarity.queryRows(first + row, first + row + rows), [rows, similarity.columns]);
      const scores: tf.Tensor2D = tf.matMul(queries, references);
      return grouped ? largestByGroups(scores, count, kept) : tf.topk(scores, kept, true);
    });
    const [scores, indices] = [await top.values.data<'float32'>(), await top.indices.data<'int32'>()];
    tf.dispose([top.values, top.indices]);
    best.merge(row, scores, indices, kept, begin);
  }
}

/**
 * Finds the nearest references of each query, in order of the queries: ranked in float32 on the device, block by block,
 * near-ties settled in doubles. References pass by in parts, so that neither all of them nor more than a block of
 * scores need be held; the order does not depend on the parts.
 *
 * @param largestPart numbers of references on the device at once
 */
export async function* nearestNeighbors(
  similarity: Similarity,
  { count, leaveOneOut = false }: NeighborOptions,
  largestPart = numbersAtOnce,
): AsyncGenerator<Neighbors> {
  const { queryCount, referenceCount, columns } = similarity;
  const wanted = Math.min(count + Number(leaveOneOut), referenceCount);
  const taken = Math.min(wanted + spare, referenceCount);
  const part = Math.max(taken, Math.min(referenceCount, Math.floor(largestPart / columns)));
  const strip = Math.max(1, Math.floor(candidatesAtOnce / taken));
  let held: Search | undefined;
  const partAt = (begin: number): Search => {
    if (held?.begin === begin) return held;
    held?.references.dispose();
    const end = Math.min(referenceCount, begin + part);
    const grouped = end - begin > groupShare * groupSize * (taken + 1);
    return (held = {
      similarity,
      begin,
      end,
      taken,
      grouped,
      references: transposedReferences(similarity.referenceRows(begin, end), columns, grouped),
    });
  };
  try {
    for (let first = 0; first < queryCount; first += strip) {
      const best = new BestScores(Math.min(strip, queryCount - first), taken);
      for (let begin = 0; begin < referenceCount; begin += part) await searchPart(partAt(begin), first, best);
      for (let row = 0; row < best.rows; row++) {
        const query = first + row;
        let found: Int32Array = best.indicesOf(row);
        if (!settle(similarity, query, found, best.scoresOf(row), wanted)) {
          found = byExactness(
            similarity,
            query,
            Int32Array.from({ length: referenceCount }, (_, index) => index),
          );
        }
        const others = leaveOneOut ? found.filter((reference) => reference !== query) : found;
        yield { query, indices: others.slice(0, count) };
      }
    }
  } finally {
    held?.references.dispose();
  }
}
