import type { Random } from 'ablate-ml';
import {
  ApproximateIndex,
  nearestNeighbors,
  similarityOf,
  type ApproximateIndexOptions,
  type DistanceMeasure,
  type Labeled,
} from 'ablate-ml/metrics';

/** What to compare and to report. */
export interface RankingOptions {
  readonly distance: DistanceMeasure;
  /** Each row is a query against all others, itself left out; else queries are held against references of their own. */
  readonly leaveOneOut: boolean;
  /** K of Recall@K. */
  readonly recallAt: readonly number[];
  /** K of MAP@K. */
  readonly mapAt: readonly number[];
  /** An approximate index, and what draws the queries that its recall is measured on; exact search without. */
  readonly approximate?: { readonly options: ApproximateIndexOptions; readonly random: Random };
}

/** The measures of each query that has a relevant reference; all arrays have one entry such a query. */
export interface RankingValues {
  /** Class of each query. */
  readonly labels: Int32Array;
  /** By metric: `Recall@1`, `precision@1`, `R-precision`, `MAP@R`, `MAP@100`. */
  readonly values: Readonly<Record<string, Float64Array>>;
  /** Share of the true neighbors that the approximate index found, by the number of neighbors: `index-recall@10`. */
  readonly indexRecall?: Readonly<Record<string, number>>;
}

/** Running sums over a ranking: relevant ones so far, and Σ P(i) rel(i). */
function rankingOf(
  neighbors: Int32Array,
  references: Int32Array,
  label: number,
): { hits: Uint32Array; precisions: Float64Array } {
  const hits = new Uint32Array(neighbors.length + 1);
  const precisions = new Float64Array(neighbors.length + 1);
  neighbors.forEach((reference, place) => {
    const relevant = references[reference] === label;
    hits[place + 1] = hits[place]! + Number(relevant);
    precisions[place + 1] = precisions[place]! + (relevant ? hits[place + 1]! / (place + 1) : 0);
  });
  return { hits, precisions };
}

/**
 * Ranks the references of every query and measures each ranking. Queries of no class (−1), or with nothing to find, are
 * left out.
 */
export async function rankingValues(
  queries: Labeled,
  references: Labeled,
  options: RankingOptions,
): Promise<RankingValues> {
  const { leaveOneOut, recallAt, mapAt } = options;
  const sizes = new Map<number, number>();
  for (const label of references.labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const relevantTo = (label: number): number => (label < 0 ? 0 : (sizes.get(label) ?? 0) - Number(leaveOneOut));
  const asked = Array.from(queries.labels).filter((label) => relevantTo(label) > 0);
  const most = asked.reduce((largest, label) => Math.max(largest, relevantTo(label)), 0);

  const names = [
    ...recallAt.map((k) => `Recall@${k}`),
    'precision@1',
    'R-precision',
    'MAP@R',
    ...mapAt.map((k) => `MAP@${k}`),
  ];
  const values = Object.fromEntries(names.map((name) => [name, new Float64Array(asked.length)]));
  if (asked.length === 0) return { labels: new Int32Array(0), values };
  let next = 0;
  const asking = { count: Math.max(most, ...recallAt, ...mapAt), leaveOneOut };
  const index =
    options.approximate &&
    (await ApproximateIndex.of(queries, references, options.distance, options.approximate.options));
  for await (const { query, indices } of index
    ? index.neighbors(asking)
    : nearestNeighbors(similarityOf(queries, references, options.distance), asking)) {
    const label = queries.labels[query]!;
    const relevant = relevantTo(label);
    if (relevant <= 0) continue;
    const { hits, precisions } = rankingOf(indices, references.labels, label);
    const within = (k: number): number => Math.min(k, indices.length);
    for (const k of recallAt) values[`Recall@${k}`]![next] = Number(hits[within(k)]! > 0);
    values['precision@1']![next] = hits[1]!;
    values['R-precision']![next] = hits[within(relevant)]! / relevant;
    values['MAP@R']![next] = precisions[within(relevant)]! / relevant;
    for (const k of mapAt) values[`MAP@${k}`]![next] = precisions[within(k)]! / Math.min(k, relevant);
    next++;
  }
  const indexRecall = index && {
    [`index-recall@${asking.count}`]: await index.recall(asking, options.approximate!.random),
  };
  return { labels: Int32Array.from(asked), values, ...(indexRecall && { indexRecall }) };
}
