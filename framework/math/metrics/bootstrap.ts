import jstat from 'jstat';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { studentQuantile } from '../statistics/student.ts';

/** How often identities are drawn anew, and by which numbers. */
export interface BootstrapOptions {
  /** Replicates; 0 for no interval. */
  readonly replicates: number;
  /** Seeds the draws: the same streams give the same intervals. */
  readonly streams: RandomStreams;
  /** The other identity of each query that is a pair: it counts as often as both of them are drawn. */
  readonly partners?: ArrayLike<number>;
}

/** 95 % interval by metric name. */
export type Intervals = Record<string, readonly [low: number, high: number]>;

/** The quantile of sorted values, interpolated linearly. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/**
 * Draws the percentile bootstrap over identities (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993,
 * chapter 13): as many identities as there are are drawn with replacement, all queries of one together; the gallery
 * stays as it is. A bootstrap of few identities is too narrow: its percentiles are taken further out, to where
 * Student's interval of n − 1 degrees of freedom would end (Hesterberg, "What Teachers Should Know About the
 * Bootstrap", The American Statistician 69, 2015, section 3.4).
 *
 * @param identities identity of each query; negative where it has none, and then stands for itself
 * @param statistic metrics of the queries, each counted as often as its weight `[queries]` says; NaN where undefined
 * (left out)
 */
export function bootstrap(
  identities: ArrayLike<number>,
  { replicates, streams, partners = identities }: BootstrapOptions,
  statistic: (weights: Float64Array) => Readonly<Record<string, number>>,
): Intervals {
  const named = (of: ArrayLike<number>, other: ArrayLike<number>): (number | string)[] =>
    Array.from(of, (identity, query) => [identity, other[query]!].find((one) => one >= 0) ?? `query ${query}`);
  const [names, others] = [named(identities, partners), named(partners, identities)];
  const position = new Map([...new Set([...names, ...others])].map((name, index) => [name, index]));
  if (replicates === 0 || position.size < 2) return {};
  const groups = Int32Array.from(names, (name) => position.get(name)!);
  const second = Int32Array.from(others, (name) => position.get(name)!);
  // Two identities are drawn together less often than alone.
  const together = position.size / (position.size - 1);
  const random = streams.stream('bootstrap');
  const point = statistic(new Float64Array(groups.length).fill(1));
  const found = new Map<string, Float64Array>();
  const times = new Float64Array(position.size);
  const weights = new Float64Array(groups.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    times.fill(0);
    for (let draw = 0; draw < position.size; draw++) times[random.integer(position.size)]!++;
    groups.forEach((group, query) => {
      const other = second[query]!;
      weights[query] = group === other ? times[group]! : together * times[group]! * times[other]!;
    });
    for (const [name, value] of Object.entries(statistic(weights))) {
      if (!found.has(name)) found.set(name, new Float64Array(replicates).fill(NaN));
      found.get(name)![replicate] = value;
    }
  }
  const tail = tailOf(position.size);
  return Object.fromEntries(
    [...found].flatMap(([name, values]) => {
      const sorted = values.filter((value) => !Number.isNaN(value)).sort();
      if (sorted.length === 0) return [];
      // A metric that picks its own threshold is biased upwards in the replicates: the interval still holds the value
      // itself.
      const [low, high] = [quantile(sorted, tail), quantile(sorted, 1 - tail)];
      return [[name, [Math.min(point[name]!, low), Math.max(point[name]!, high)] as const]];
    }),
  );
}

/** Returns the share of the replicates below a 95 % interval of so many identities. */
function tailOf(identities: number): number {
  const wider = Math.sqrt(identities / (identities - 1)) * studentQuantile(0.975, identities - 1);
  return jstat.jStat.normal.cdf(-wider, 0, 1);
}

/** Computes the means of per-query values with weights; names as given, NaN where all weights are 0. */
export function weightedMeans(
  values: Readonly<Record<string, Float64Array>>,
  weights: Float64Array,
): Record<string, number> {
  let total = 0;
  for (const weight of weights) total += weight;
  const mean = (list: Float64Array): number => {
    let sum = 0;
    for (let query = 0; query < list.length; query++) sum += weights[query]! * list[query]!;
    return sum / total;
  };
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, mean(list)]));
}
