import { pathText } from './spec-path.ts';
import type { WrittenSpec } from './written-spec.ts';
import { mapDifferences, type Difference } from './difference.ts';

/** Keys of a spec that do not change what is computed, or are compared otherwise. */
const silent = new Set(['version', 'description', 'device', 'tracking', 'figures']);

function leaves(value: unknown, path: readonly (string | number)[] = []): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[pathText(path), JSON.stringify(value)]];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return inner.length === 0
    ? [[pathText(path), JSON.stringify(value)]]
    : inner.flatMap(([key, item]) => leaves(item, [...path, key]));
}

const flat = (spec: WrittenSpec, without: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries(leaves(Object.fromEntries(Object.entries(spec).filter(([key]) => !without.has(key)))));

/**
 * Lists the values that two resolved specs give otherwise, by their paths; description, tracking and figures are no
 * matter, and the device that was asked for less than the one that computed.
 */
export function compareSpecs(before: WrittenSpec, after: WrittenSpec): Difference[] {
  return mapDifferences('spec', flat(before, silent), flat(after, silent));
}

/** Tells whether two specs are one experiment with two seeds. */
export function differInSeedOnly(one: WrittenSpec, other: WrittenSpec): boolean {
  const matterless = new Set([...silent, 'name', 'seed', 'threads']);
  return (
    one['seed'] !== other['seed'] && mapDifferences('spec', flat(one, matterless), flat(other, matterless)).length === 0
  );
}
