/** A value by path, and which runs have it. */
export interface ValueByPath {
  readonly path: string;
  /** Value → runs that have it, in the order of the runs. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

const depth = 8;

function flatten(value: unknown, path: string, into: Map<string, string>, level = 0): void {
  if (typeof value !== 'object' || value === null || level === depth || Object.keys(value).length === 0) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value) ?? 'null');
    return;
  }
  for (const [key, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${key}` : key, into, level + 1);
}

/** Every value of some documents by its path, with the documents that have it; a document without one has `–` there. */
export function valuesByPath(documents: ReadonlyMap<string, unknown>): ValueByPath[] {
  const flat = new Map([...documents].map(([name, document]) => {
    const values = new Map<string, string>();
    flatten(document, '', values);
    return [name, values] as const;
  }));
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
