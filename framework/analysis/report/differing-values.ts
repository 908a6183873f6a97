import { flatValues } from '../../experiment/spec/flat-values.ts';

/** A value by path, and which runs have it. */
export interface ValueByPath {
  readonly path: string;
  /** Value → runs that have it, in the order of the runs. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/**
 * Lists every value of some documents by its path, with the documents that have it; a document without one has `–`
 * there.
 */
export function valuesByPath(documents: ReadonlyMap<string, unknown>): ValueByPath[] {
  const flat = new Map([...documents].map(([name, document]) => [name, flatValues(document)]));
  const paths = new Set([...flat.values()].flatMap((values) => [...values.keys()]));
  return [...paths].map((path) => {
    const values = new Map<string, string[]>();
    for (const [name, known] of flat) {
      const value = known.get(path) ?? '–';
      values.set(value, [...(values.get(value) ?? []), name]);
    }
    return { path, values };
  });
}
