import type { Random } from '../random/random.ts';

/** Values that a search draws from. Bounds are inclusive. */
export type Range =
  | { readonly kind: 'uniform' | 'logUniform' | 'integer'; readonly low: number; readonly high: number }
  | { readonly kind: 'choice'; readonly values: readonly unknown[] };

/** Significant digits of a drawn number: more say nothing, and are in everybody's way. */
const digits = 4;

/** The value at `place` in [0, 1) of a range; a choice has one stretch of equal length each. */
export function valueAt(range: Range, place: number): unknown {
  if (range.kind === 'choice') return range.values[Math.min(range.values.length - 1, Math.floor(place * range.values.length))];
  const { kind, low, high } = range;
  if (kind === 'integer') return Math.min(high, low + Math.floor(place * (high - low + 1)));
  const exact = kind === 'logUniform' ? Math.exp(Math.log(low) + place * (Math.log(high) - Math.log(low))) : low + place * (high - low);
  return Math.min(high, Math.max(low, Number(exact.toPrecision(digits))));
}

/** Where a value of a range lies in [0, 1]; of a choice its index. */
export function placeOf(range: Range, value: unknown): number {
  if (range.kind === 'choice') return range.values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  const { kind, low, high } = range;
  if (kind === 'integer') return ((value as number) - low + 0.5) / (high - low + 1);
  return kind === 'logUniform' ? Math.log((value as number) / low) / Math.log(high / low) : ((value as number) - low) / (high - low);
}

/** Values at which a range is checked before anything runs: its ends, or every choice. */
export function ends(range: Range): readonly unknown[] {
  return range.kind === 'choice' ? range.values : [range.low, range.high];
}

/** One value of every range, drawn evenly. */
export function drawEvenly(ranges: ReadonlyMap<string, Range>, random: Pick<Random, 'uniform'>): Map<string, unknown> {
  return new Map([...ranges].map(([path, range]) => [path, valueAt(range, random.uniform())]));
}
