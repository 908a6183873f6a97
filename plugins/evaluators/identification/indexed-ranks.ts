import {
  enrolledClasses,
  joinRows,
  similarityOf,
  type ApproximateIndex,
  type DistanceMeasure,
  type Gallery,
} from 'ablate-ml/metrics';
import type { MateRanks } from './mate-ranks.ts';

/** An index of gallery and distractors, asked by the probes. */
export interface IndexedSearch {
  readonly index: ApproximateIndex;
  /** Entries that are searched for each probe. */
  readonly depth: number;
}

/**
 * Computes ranks as of `mateRanks`, in the list that an approximate index gives of the `depth` most similar entries:
 * where no entry of the probe's class is in it, the rank is `depth` + 1. The index grows by the distractors from one
 * number to the next.
 *
 * @param among rising numbers of distractors; @param search an index whose references are the gallery, then the
 * distractors, and which holds none of them yet
 */
export async function indexedRanks(
  { gallery, probes, distractors }: Gallery,
  distance: DistanceMeasure,
  among: readonly number[],
  { index, depth }: IndexedSearch,
): Promise<MateRanks> {
  const enrolled = enrolledClasses({ gallery });
  const mated = Int32Array.from(probes.labels.keys()).filter((probe) => enrolled.has(probes.labels[probe]!));
  const similarity = similarityOf(probes, joinRows(gallery, distractors), distance);
  const ranks: Int32Array[] = [];
  for (const number of among) {
    index.grow(gallery.labels.length + number);
    const rankOf = new Int32Array(probes.labels.length).fill(depth + 1);
    for await (const { query, indices } of index.neighbors({ count: depth })) {
      const own = (entry: number): boolean =>
        entry < gallery.labels.length && gallery.labels[entry] === probes.labels[query];
      const mate = indices.find(own);
      if (mate === undefined) continue;
      const least = similarity.exact(query, mate);
      rankOf[query] = 1 + indices.filter((entry) => !own(entry) && similarity.exact(query, entry) >= least).length;
    }
    ranks.push(Int32Array.from(mated, (probe) => rankOf[probe]!));
  }
  return { labels: Int32Array.from(mated, (probe) => probes.labels[probe]!), ranks };
}
