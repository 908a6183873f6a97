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
  /** Leaves references of a query's own group out of its ranking: those of its class, or of any. */
  readonly exclude?: { readonly of: 'class' | 'any' } | undefined;
  /** K of precision@K, beside 1. */
  readonly precisionAt?: readonly number[];
  /** K of NDCG@K. */
  readonly ndcgAt?: readonly number[];
  /** Ranks all references, for MAP, MRR, mINP and NDCG. */
  readonly wholeRanking?: boolean;
  /** What is relevant to a query, where it is not the references of its class. */
  readonly relevance?: Relevance | undefined;
  /** An approximate index, and what draws the queries that its recall is measured on; exact search without. */
  readonly approximate?: { readonly options: ApproximateIndexOptions; readonly random: Random };
}

/** What is relevant to queries, and how much. */
export interface Relevance {
  /** The gain of each reference that is relevant to a query; the query itself and what is excluded do not count. */
  gainsOf(query: number): ReadonlyMap<number, number>;
}

/** The measures of each query that has a relevant reference; all arrays have one entry such a query. */
export interface RankingValues {
  /** Row of each query. */
  readonly queries: Int32Array;
  /** Class of each query. */
  readonly labels: Int32Array;
  /** By metric: `Recall@1`, `precision@1`, `R-precision`, `MAP@R`, `MAP@100`, `NDCG@10`, `MAP`. */
  readonly values: Readonly<Record<string, Float64Array>>;
  /** Share of the true neighbors that the approximate index found, by the number of neighbors: `index-recall@10`. */
  readonly indexRecall?: Readonly<Record<string, number>>;
}

/** Sums over the first i of a ranking, from none on. */
interface Ranking {
  /** Relevant ones. */
  readonly hits: Uint32Array;
  /** Σ P(i) rel(i) */
  readonly precisions: Float64Array;
  /** Σ ½ (P(i) + P(i − 1)) rel(i), where P(0) = 1 */
  readonly trapezoids: Float64Array;
  /** Σ g(i) / log₂(i + 1), g the gain of a relevant one */
  readonly gains: Float64Array;
}

function rankingOf(neighbors: Int32Array, gainOf: (reference: number) => number): Ranking {
  const hits = new Uint32Array(neighbors.length + 1);
  const precisions = new Float64Array(neighbors.length + 1);
  const trapezoids = new Float64Array(neighbors.length + 1);
  const gains = new Float64Array(neighbors.length + 1);
  neighbors.forEach((reference, place) => {
    const gain = gainOf(reference);
    const relevant = gain > 0;
    hits[place + 1] = hits[place]! + Number(relevant);
    const precision = hits[place + 1]! / (place + 1);
    const before = place === 0 ? 1 : hits[place]! / place;
    precisions[place + 1] = precisions[place]! + (relevant ? precision : 0);
    trapezoids[place + 1] = trapezoids[place]! + (relevant ? (precision + before) / 2 : 0);
    gains[place + 1] = gains[place]! + (relevant ? gain / Math.log2(place + 2) : 0);
  });
  return { hits, precisions, trapezoids, gains };
}

/** Largest gain that any order of relevant references gives, the first `k` counted. */
const idealGain = (gains: readonly number[], k = gains.length): number =>
  gains.slice(0, k).reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);

/**
 * Searches the references of every query and measures each ranking. Queries of no class (−1), or with nothing to find,
 * are left out.
 */
export async function rankingValues(
  queries: Labeled,
  references: Labeled,
  options: RankingOptions,
): Promise<RankingValues> {
  const { leaveOneOut, recallAt, mapAt, precisionAt = [], ndcgAt = [], wholeRanking = false } = options;
  const precisions = [...new Set([1, ...precisionAt])];
  const sizes = countsOf(references.labels);
  const excluded = options.exclude && exclusionOf(queries, references, options.exclude.of, leaveOneOut);
  const { relevance } = options;
  const counts = relevance && Int32Array.from(queries.labels.keys(), (query) => relevance.gainsOf(query).size);
  const relevantTo = (query: number): number => {
    if (counts) return counts[query]!;
    const label = queries.labels[query]!;
    if (label < 0) return 0;
    return (sizes.get(label) ?? 0) - Number(leaveOneOut) - (excluded?.ofClass(query) ?? 0);
  };
  const asked = [...queries.labels.keys()].filter((query) => relevantTo(query) > 0);
  const most = asked.reduce((largest, query) => Math.max(largest, relevantTo(query)), 0);

  const names = [
    ...recallAt.map((k) => `Recall@${k}`),
    ...precisions.map((k) => `precision@${k}`),
    'R-precision',
    'MAP@R',
    ...mapAt.map((k) => `MAP@${k}`),
    ...ndcgAt.map((k) => `NDCG@${k}`),
    ...(wholeRanking ? ['MAP', 'MAP-trapezoid', 'MRR', 'mINP', 'NDCG'] : []),
  ];
  const values = Object.fromEntries(names.map((name) => [name, new Float64Array(asked.length)]));
  if (asked.length === 0) return { queries: new Int32Array(0), labels: new Int32Array(0), values };
  let next = 0;
  const passedOver = excluded ? asked.reduce((largest, query) => Math.max(largest, excluded.all(query)), 0) : 0;
  const whole = wholeRanking ? references.labels.length : 0;
  const deepest = Math.max(most, whole, ...recallAt, ...mapAt, ...precisions, ...ndcgAt);
  const asking = { count: deepest + passedOver, leaveOneOut };
  const index =
    options.approximate &&
    (await ApproximateIndex.of(queries, references, options.distance, options.approximate.options));
  for await (const { query, indices } of index
    ? index.neighbors(asking)
    : nearestNeighbors(similarityOf(queries, references, options.distance), asking)) {
    const label = queries.labels[query]!;
    const relevant = relevantTo(query);
    if (relevant <= 0) continue;
    const ranked = excluded ? indices.filter((reference) => !excluded.has(query, reference)) : indices;
    const grades = relevance?.gainsOf(query);
    const gainOf = (reference: number): number =>
      grades ? (grades.get(reference) ?? 0) : Number(references.labels[reference] === label);
    const { hits, precisions: sums, trapezoids, gains } = rankingOf(ranked, gainOf);
    const best = grades ? [...grades.values()].sort((a, b) => b - a) : new Array<number>(relevant).fill(1);
    const within = (k: number): number => Math.min(k, ranked.length);
    for (const k of recallAt) values[`Recall@${k}`]![next] = Number(hits[within(k)]! > 0);
    for (const k of precisions) values[`precision@${k}`]![next] = hits[within(k)]! / k;
    values['R-precision']![next] = hits[within(relevant)]! / relevant;
    values['MAP@R']![next] = sums[within(relevant)]! / relevant;
    for (const k of mapAt) values[`MAP@${k}`]![next] = sums[within(k)]! / Math.min(k, relevant);
    for (const k of ndcgAt) values[`NDCG@${k}`]![next] = gains[within(k)]! / idealGain(best, k);
    if (wholeRanking) {
      values['MAP']![next] = sums.at(-1)! / relevant;
      values['MAP-trapezoid']![next] = trapezoids.at(-1)! / relevant;
      values['MRR']![next] = 1 / hits.indexOf(1);
      values['mINP']![next] = relevant / hits.indexOf(relevant);
      values['NDCG']![next] = gains.at(-1)! / idealGain(best);
    }
    next++;
  }
  const indexRecall = index && {
    [`index-recall@${asking.count}`]: await index.recall(asking, options.approximate!.random),
  };
  return {
    queries: Int32Array.from(asked),
    labels: Int32Array.from(asked, (query) => queries.labels[query]!),
    values,
    ...(indexRecall && { indexRecall }),
  };
}

/** What is left out of the rankings of queries. */
export interface Exclusion {
  has(query: number, reference: number): boolean;
  /** References of the query's class that are left out, the query itself not counted. */
  ofClass(query: number): number;
  /** All references that are left out. */
  all(query: number): number;
}

/** Leaves out references of the query's group (its camera): of its class alone, as in re-identification, or of any. */
export function exclusionOf(
  queries: Labeled,
  references: Labeled,
  of: 'class' | 'any',
  leaveOneOut: boolean,
): Exclusion {
  const [own, others] = [queries.groups!, references.groups!];
  const both = (rows: Labeled, row: number): string => `${rows.labels[row]} ${rows.groups![row]}`;
  const [pairs, groups] = [
    countsOf(Array.from(references.labels, (_, row) => both(references, row))),
    countsOf(others),
  ];
  const count = (found: number | undefined): number => (found ?? 0) - Number(leaveOneOut);
  const ofClass = (query: number): number => (own[query]! < 0 ? 0 : count(pairs.get(both(queries, query))));
  return {
    has: (query, reference) =>
      own[query]! >= 0 &&
      own[query] === others[reference] &&
      (of === 'any' || queries.labels[query] === references.labels[reference]),
    ofClass,
    all: (query) => (of === 'class' || own[query]! < 0 ? ofClass(query) : count(groups.get(own[query]!))),
  };
}

/** How often each value stands in a list. */
function countsOf<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
