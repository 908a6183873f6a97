/** What a difference between two runs concerns, the likeliest causes of other numbers first. */
export const areas = ['data', 'spec', 'code', 'device', 'libraries', 'variables', 'machine'] as const;

/** Something that was so in one run and is otherwise in another. */
export interface Difference {
  readonly area: (typeof areas)[number];
  /** What it is: `@tensorflow/tfjs`, `dataset.images: train.idx`. */
  readonly name: string;
  /** Null where there was none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Lists the names that two maps give different values, as differences of one area. */
export function mapDifferences(
  area: Difference['area'],
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ area, name, before: before[name] ?? null, after: after[name] ?? null }));
}
