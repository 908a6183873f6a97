import {
  countAtLeast,
  joinRows,
  rowsByLabel,
  rowsWhere,
  similarityOf,
  type DistanceMeasure,
  type Gallery,
} from 'ablate-ml/metrics';

/** Ranks of the probes that have a mate in the gallery. */
export interface MateRanks {
  /** Class of each such probe. */
  readonly labels: Int32Array;
  /** Ranks from 1, one array for each entry of `among`. */
  readonly ranks: readonly Int32Array[];
}

/**
 * Computes the rank of each probe's mate (the most similar gallery image of its class): 1 + the entries of other
 * classes that are at least as similar (a tie counts against the probe), among the gallery and the first `among[i]`
 * distractors.
 *
 * @param among rising numbers of distractors
 */
export async function mateRanks(
  { gallery, probes, distractors }: Gallery,
  distance: DistanceMeasure,
  among: readonly number[],
): Promise<MateRanks> {
  const entries = joinRows(gallery, distractors);
  const own = rowsByLabel(gallery.labels);
  const mated = rowsWhere(probes, (label) => label >= 0 && own.has(label));
  if (mated.labels.length === 0) return { labels: mated.labels, ranks: among.map(() => new Int32Array(0)) };
  const similarity = similarityOf(mated, entries, distance);
  const mates = Float64Array.from(mated.labels, (label, probe) =>
    own.get(label)!.reduce((best, entry) => Math.max(best, similarity.exact(probe, entry)), -Infinity),
  );
  const counted = await countAtLeast(similarity, {
    mates,
    counts: (probe, entry) => entry >= gallery.labels.length || gallery.labels[entry] !== mated.labels[probe],
    ends: among.map((number) => gallery.labels.length + number),
  });
  return { labels: mated.labels, ranks: counted.map((counts) => counts.map((count) => count + 1)) };
}
