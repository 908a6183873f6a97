const depth = 8;

/** Flattens a document to its values by path, as text: `train.epochs` → `20`. */
export function flatValues(document: unknown): Map<string, string> {
  const into = new Map<string, string>();
  flatten(document, '', 0, into);
  return into;
}

function flatten(value: unknown, path: string, level: number, into: Map<string, string>): void {
  if (typeof value !== 'object' || value === null || level === depth || Object.keys(value).length === 0) {
    into.set(path, typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'));
    return;
  }
  for (const [key, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${key}` : key, level + 1, into);
}
