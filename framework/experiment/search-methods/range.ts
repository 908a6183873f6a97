import type { Random } from '../../base/random/random.ts';

/** Values that a search draws from. Bounds are inclusive. */
export type Range =
  | { readonly kind: 'uniform' | 'logUniform' | 'integer'; readonly low: number; readonly high: number }
  | { readonly kind: 'choice'; readonly values: readonly unknown[] };

/**
 * Counts the significant digits of a drawn number: four, and as many more as a range that is narrow beside its values
 * needs for a thousand steps. Further ones say nothing, and are in everybody's way.
 *
 * @param width of the range around `value`
 */
function digitsOf(value: number, width: number): number {
  return Math.min(17, 4 + Math.max(0, Math.floor(Math.log10(Math.abs(value) / width))));
}

/** Computes the value at `place` in [0, 1) of a range; a choice has one stretch of equal length each. */
export function valueAt(range: Range, place: number): unknown {
  if (range.kind === 'choice')
    return range.values[Math.min(range.values.length - 1, Math.floor(place * range.values.length))];
  const { kind, low, high } = range;
  if (kind === 'integer') return Math.min(high, low + Math.floor(place * (high - low + 1)));
  const isLog = kind === 'logUniform';
  const ratio = isLog ? Math.log(high) - Math.log(low) : 0;
  const exact = isLog ? Math.exp(Math.log(low) + place * ratio) : low + place * (high - low);
  const digits = digitsOf(exact, isLog ? exact * ratio : high - low);
  return Math.min(high, Math.max(low, Number(exact.toPrecision(digits))));
}

/** Computes where a value of a range lies in [0, 1]; of a choice its index. */
export function placeOf(range: Range, value: unknown): number {
  if (range.kind === 'choice') return range.values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  const { kind, low, high } = range;
  if (kind === 'integer') return ((value as number) - low + 0.5) / (high - low + 1);
  return kind === 'logUniform'
    ? Math.log((value as number) / low) / Math.log(high / low)
    : ((value as number) - low) / (high - low);
}

/** Lists the values at which a range is checked before anything runs: its ends, or every choice. */
export function ends(range: Range): readonly unknown[] {
  return range.kind === 'choice' ? range.values : [range.low, range.high];
}

/** Draws one value of every range, evenly. */
export function drawEvenly(ranges: ReadonlyMap<string, Range>, random: Pick<Random, 'uniform'>): Map<string, unknown> {
  return new Map([...ranges].map(([path, range]) => [path, valueAt(range, random.uniform())]));
}

/** Counts the points of all ranges together; Infinity where one is of real numbers. */
export function pointsOf(ranges: Iterable<Range>): number {
  return [...ranges].reduce((product, range) => product * valuesOf(range), 1);
}

function valuesOf(range: Range): number {
  if (range.kind === 'choice') return new Set(range.values.map((value) => JSON.stringify(value))).size;
  return range.kind === 'integer' ? range.high - range.low + 1 : Infinity;
}

/**
 * Proposes points until one is not among those tried, so that a budget is spent on as many points.
 *
 * @param propose asked again and again, with how often it was asked before
 */
export function untried(
  tried: readonly ReadonlyMap<string, unknown>[],
  propose: (attempt: number) => ReadonlyMap<string, unknown>,
): ReadonlyMap<string, unknown> {
  const known = new Set(tried.map(keyOf));
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const point = propose(attempt);
    if (!known.has(keyOf(point))) return point;
  }
  throw new Error('The ranges have no point left.');
}

/** Far more than it takes to meet the last of 10,000 points by chance. */
const maxAttempts = 1_000_000;

const keyOf = (point: ReadonlyMap<string, unknown>): string => JSON.stringify([...point.values()]);
