import jstat from 'jstat';
import type { Random } from '../../base/random/random.ts';
import { placeOf, valueAt, type Range } from './range.ts';

/** A trial that was measured; more is better. */
export interface MeasuredTrial {
  readonly values: ReadonlyMap<string, unknown>;
  readonly score: number;
}

/** Share of the trials that count as good. */
const goodShare = 0.2;
/** Values drawn from the good trials' density, of which the most promising is taken. */
const candidates = 24;

/**
 * Suggests values by the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for
 * Hyper-Parameter Optimization", NeurIPS 2011, section 4): each value is drawn where good trials lie densely and the
 * others do not.
 */
export function suggestByTpe(
  ranges: ReadonlyMap<string, Range>,
  trials: readonly MeasuredTrial[],
  random: Pick<Random, 'uniform'>,
): Map<string, unknown> {
  const sorted = [...trials].sort((a, b) => b.score - a.score);
  const count = Math.max(1, Math.ceil(goodShare * sorted.length));
  const [good, others] = [sorted.slice(0, count), sorted.slice(count)];
  return new Map(
    [...ranges].map(([path, range]) => {
      const places = (of: readonly MeasuredTrial[]): number[] =>
        of.map(({ values }) => placeOf(range, values.get(path)));
      const place =
        range.kind === 'choice'
          ? chosen(range.values.length, places(good), places(others), random)
          : likeliestPlace(places(good), places(others), random);
      return [path, range.kind === 'choice' ? range.values[place] : valueAt(range, place)];
    }),
  );
}

/** A choice drawn by the good trials' counts, one added to each, and weighed against the others'. */
function chosen(
  count: number,
  good: readonly number[],
  others: readonly number[],
  random: Pick<Random, 'uniform'>,
): number {
  const shares = (of: readonly number[]): number[] =>
    Array.from({ length: count }, (_, index) => (1 + of.filter((one) => one === index).length) / (count + of.length));
  const [dense, sparse] = [shares(good), shares(others)];
  const draw = (): number => {
    let left = random.uniform();
    const index = dense.findIndex((share) => (left -= share) < 0);
    return index < 0 ? count - 1 : index;
  };
  return best(Array.from({ length: candidates }, draw), (index) => dense[index]! / sparse[index]!);
}

/** Draws the most promising of some places from 0 to 1 by the density of the good ones. */
export function likeliestPlace(
  good: readonly number[],
  others: readonly number[],
  random: Pick<Random, 'uniform'>,
): number {
  const [dense, sparse] = [kernels(good), kernels(others)];
  const draw = (): number => {
    const { middle, width } = dense[Math.min(dense.length - 1, Math.floor(random.uniform() * dense.length))]!;
    const [low, high] = [normalCdf(-middle / width), normalCdf((1 - middle) / width)];
    const place = middle + width * jstat.jStat.normal.inv(low + random.uniform() * (high - low), 0, 1);
    return Math.min(1 - 1e-9, Math.max(0, place));
  };
  return best(Array.from({ length: candidates }, draw), (place) => density(dense, place) / density(sparse, place));
}

interface Kernel {
  readonly middle: number;
  readonly width: number;
}

/** A normal around each place, as wide as its farther neighbor is away, and one over the whole range. */
function kernels(places: readonly number[]): Kernel[] {
  const sorted = [...places].sort((a, b) => a - b);
  const least = 1 / Math.min(100, sorted.length + 2);
  const own = sorted.map((middle, index) => {
    const width = Math.max(middle - (sorted[index - 1] ?? 0), (sorted[index + 1] ?? 1) - middle);
    return { middle, width: Math.min(1, Math.max(least, width)) };
  });
  return [...own, { middle: 0.5, width: 1 }];
}

/** Density of the kernels, each cut off at the range's ends. */
function density(of: readonly Kernel[], place: number): number {
  const each = of.map(
    ({ middle, width }) =>
      Math.exp(-0.5 * ((place - middle) / width) ** 2) /
      (width * (normalCdf((1 - middle) / width) - normalCdf(-middle / width))),
  );
  return each.reduce((sum, value) => sum + value, 0) / of.length;
}

const normalCdf = (x: number): number => jstat.jStat.normal.cdf(x, 0, 1);

function best(values: readonly number[], worth: (value: number) => number): number {
  return values.reduce((top, value) => (worth(value) > worth(top) ? value : top));
}
