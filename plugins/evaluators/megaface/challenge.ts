import {
  nearestNeighbors,
  rowCount,
  rowsBetween,
  rowsByLabel,
  similarityOf,
  type DistanceMeasure,
  type Labeled,
  type Rows,
} from 'ablate-ml/metrics';
import { largestSimilarities } from './largest-similarities.ts';

/** Distractors compared at once. */
const distractorsAtOnce = 2 ** 16;

/** Every ordered pair of two images of one identity: the first is the probe, the second its mate. */
export interface MatePairs {
  /** Row of each pair's probe. */
  readonly probes: Int32Array;
  /** Identity of each pair. */
  readonly identities: Int32Array;
  /** Similarity of each pair, in doubles. */
  readonly scores: Float64Array;
}

/** Finds all mate pairs of the probes. */
export function matePairs(probes: Labeled, distance: DistanceMeasure): MatePairs {
  const similarity = similarityOf(probes, probes, distance);
  const pairs = [...rowsByLabel(probes.labels)]
    .filter(([label]) => label >= 0)
    .flatMap(([, rows]) =>
      rows.flatMap((probe) => rows.filter((mate) => mate !== probe).map((mate) => [probe, mate] as const)),
    );
  return {
    probes: Int32Array.from(pairs, ([probe]) => probe),
    identities: Int32Array.from(pairs, ([probe]) => probes.labels[probe]!),
    scores: Float64Array.from(pairs, ([probe, mate]) => similarity.exact(probe, mate)),
  };
}

/**
 * Finds the highest similarity of each probe to any of the first `sizes[i]` distractors, in doubles: one array of
 * `[probes]` a size.
 */
export async function closestDistractors(
  probes: Rows,
  distractors: Rows,
  distance: DistanceMeasure,
  sizes: readonly number[],
): Promise<Float64Array[]> {
  const closest = new Float64Array(rowCount(probes)).fill(-Infinity);
  let begin = 0;
  const found: Float64Array[] = [];
  for (const size of sizes) {
    for (; begin < size; begin = Math.min(size, begin + distractorsAtOnce)) {
      const similarity = similarityOf(
        probes,
        rowsBetween(distractors, begin, Math.min(size, begin + distractorsAtOnce)),
        distance,
      );
      for await (const { query, indices } of nearestNeighbors(similarity, { count: 1 }))
        closest[query] = Math.max(closest[query]!, similarity.exact(query, indices[0]!));
    }
    found.push(closest.slice());
  }
  return found;
}

/**
 * Finds the threshold of each false accept rate: the similarity that a pair must exceed so that at most that share of
 * all pairs of a probe and a distractor does. −Infinity where all may.
 */
export async function impostorThresholds(
  probes: Rows,
  distractors: Rows,
  distance: DistanceMeasure,
  rates: readonly number[],
): Promise<number[]> {
  const impostors = rowCount(probes) * rowCount(distractors);
  const allowed = rates.map((rate) => Math.floor(rate * impostors + 1e-9));
  const largest = await largestSimilarities(probes, distractors, distance, Math.max(...allowed) + 1);
  return allowed.map((count) => largest[count] ?? -Infinity);
}
