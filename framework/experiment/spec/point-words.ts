import { singleUses, useExtras } from './spec-keys.ts';
import { parsePath } from './spec-path.ts';

/** The words of one point of a matrix, path by path. */
export interface PointWords {
  /** The same whatever siblings the point has: `softmax + center`, `lambda 0.01`. */
  readonly stable: readonly string[];
  /** Only what differs between the points, with plugins' options where their names alone do not tell them apart. */
  readonly label: string;
}

/** Finds words for every point of a matrix. */
export function pointWords(points: readonly Readonly<Record<string, unknown>>[]): PointWords[] {
  const paths = [...new Set(points.flatMap((point) => Object.keys(point)))];
  const names = new Map(paths.map((path) => [path, shortName(path, paths)]));
  const words = (path: string, value: unknown, options: boolean): string =>
    path === 'extends'
      ? parentWords(value)
      : isUse(path)
        ? useWords(value, options)
        : `${names.get(path)} ${valueWords(value, true)}`;
  const json = (value: unknown): string => JSON.stringify(value) ?? '';
  const differing = new Set(paths.filter((path) => new Set(points.map((point) => json(point[path]))).size > 1));
  const ambiguous = new Set(
    paths.filter((path) => {
      const values = [
        ...new Map(
          points.filter((point) => Object.hasOwn(point, path)).map((point) => [json(point[path]), point[path]]),
        ).values(),
      ];
      return new Set(values.map((value) => words(path, value, false))).size < values.length;
    }),
  );
  return points.map((point) => ({
    stable: Object.entries(point).map(([path, value]) => words(path, value, false)),
    label: Object.entries(point)
      .filter(([path]) => differing.has(path))
      .map(([path, value]) => words(path, value, ambiguous.has(path)))
      .join(' · '),
  }));
}

/** Shortens a path to its last key, or to as many as tell it from the others. */
export function shortName(path: string, paths: readonly string[]): string {
  const segments = parsePath(path)!;
  const ending = (of: readonly string[], count: number): string => of.slice(-count).join('.');
  let count = 1;
  while (
    count < segments.length &&
    paths.some((other) => other !== path && ending(parsePath(other)!, count) === ending(segments, count))
  )
    count++;
  return ending(segments, count);
}

/** Writes the values of options by their paths, as `m 0.31`; of all of them, or of those that are named. */
export function optionWords(
  values: ReadonlyMap<string, unknown>,
  named: readonly string[] = [...values.keys()],
): string[] {
  const paths = [...values.keys()];
  return named.map((path) => {
    const value = values.get(path);
    return `${shortName(path, paths)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
  });
}

/** The names of the specs that a point extends: `resnet-50` for `nets/resnet-50.yaml`. */
function parentWords(value: unknown): string {
  const files = Array.isArray(value) ? value : [value];
  return files.map((file) => String(file).replace(/^.*[\\/]|\.ya?ml$/gi, '')).join(' + ');
}

function isUse(path: string): boolean {
  return path in singleUses || /^(losses|evaluate|figures|augment\.(train|test))(\.\d+){0,2}$/.test(path);
}

/** Plugins of a use or a list of them: `softmax + center`, with options `softmax + center (lambda 0.1)`. */
function useWords(value: unknown, options: boolean): string {
  if (Array.isArray(value)) return value.length ? value.map((use) => useWords(use, options)).join(' + ') : 'none';
  if (typeof value !== 'object' || value === null) return value === null ? 'none' : String(value);
  const entries = Object.entries(value);
  const extras = Object.values(useExtras).flat();
  const [name, given] = entries.find(([key]) => !extras.includes(key)) ?? ['', null];
  const all = { ...(given as object), ...Object.fromEntries(entries.filter(([key]) => key !== name)) };
  return options && Object.keys(all).length ? `${name} (${mapWords(all)})` : name;
}

function valueWords(value: unknown, outer: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => valueWords(item, false)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return outer ? mapWords(value) : `{${mapWords(value)}}`;
  return String(value);
}

function mapWords(map: object): string {
  return Object.entries(map)
    .map(([key, value]) => `${key} ${valueWords(value, false)}`)
    .join(', ');
}
