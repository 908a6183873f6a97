/** A leaf of a spec: its path as a spec's `matrix` would write it, and its value as text. */
export type FlatValue = readonly [path: string, value: string];

const isPlain = (key: string): boolean => key !== '' && !/[.[\]"]/.test(key);

/**
 * Lists every leaf of a spec: `losses.1.center.lambda` → `0.003`. Empty lists and maps are leaves too.
 *
 * @param value parsed `spec.yaml`
 */
export function flattenSpec(value: unknown, path = ''): FlatValue[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, Array.isArray(value) ? '[]' : '{}']];
  return entries.flatMap(([key, inner]) =>
    flattenSpec(inner, isPlain(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`),
  );
}
