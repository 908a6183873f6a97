import type { FaultList } from './fault-list.ts';
import { matrixAxes, type Matrix, type MatrixPoint } from './matrix-axes.ts';
import { nodeValue } from './node-value.ts';
import { PathProblem, setAt } from './set-at.ts';
import { parsePath } from './spec-path.ts';
import type { MapNode, SpecNode } from './spec-node.ts';

/** One run of a matrix before its checks. */
export interface ExpandedPoint {
  readonly values: MatrixPoint;
  readonly tree: MapNode;
}

/** Runs of one spec, at most. */
export const maxRuns = 10_000;

const planOnly = ['matrix', 'search', 'protocol'];

/**
 * Expands `matrix:` to its points, the last axis changing fastest; one point without values where there is no matrix.
 */
export function expandMatrix(root: MapNode, faults: FaultList): ExpandedPoint[] {
  const before = faults.count;
  const matrix = matrixAxes(root.entries.get('matrix')?.value, faults);
  const base: MapNode = { ...root, entries: new Map([...root.entries].filter(([key]) => !planOnly.includes(key))) };
  const single: ExpandedPoint = { values: new Map(), tree: base };
  if (!matrix || faults.count > before) return [single];
  const count =
    matrix.axes.reduce((product, { values }) => product * values.length, matrix.axes.length ? 1 : 0) +
    matrix.include.length;
  if (count > maxRuns) {
    const sizes = matrix.axes.map(({ values }) => values.length).join(' × ');
    faults.add(matrix.place, {
      path: 'matrix',
      message: `this matrix has ${count.toLocaleString('en')} points (${sizes})`,
      allowed: `Allowed: at most ${maxRuns.toLocaleString('en')}`,
      remedy: 'Remove values or split the spec',
    });
    return [single];
  }
  const chosen = [...without(grid(matrix), matrix, faults), ...matrix.include];
  if (chosen.length === 0) return [single];
  return chosen.flatMap((values) => {
    const tree = treeAt(base, values, faults);
    return tree ? [{ values, tree }] : [];
  });
}

function grid({ axes }: Matrix): MatrixPoint[] {
  if (axes.length === 0) return [];
  return axes.reduce<MatrixPoint[]>(
    (points, { path, place, values }) =>
      points.flatMap((point) => values.map((value) => new Map([...point, [path, { place, value }]]))),
    [new Map()],
  );
}

/** Points times sets of paths that `exclude` may look through. */
const maxLookups = 10_000_000;

/**
 * Takes out the points that `exclude` names. Its entries are found by their values, not each compared with each point.
 */
function without(points: MatrixPoint[], { exclude, place }: Matrix, faults: FaultList): MatrixPoint[] {
  const text = new Map<SpecNode, string>();
  const json = (node: SpecNode): string => text.get(node) ?? text.set(node, JSON.stringify(nodeValue(node))).get(node)!;
  const keyOf = (paths: readonly string[], point: MatrixPoint): string =>
    paths.map((path) => json(point.get(path)!.value)).join('\n');
  // Entries on the same paths, by their values; of two alike the first counts.
  const byPaths = new Map<string, { readonly paths: readonly string[]; readonly entries: Map<string, number> }>();
  exclude.forEach((pattern, index) => {
    const paths = [...pattern.keys()].sort();
    const name = JSON.stringify(paths);
    const { entries } = byPaths.get(name) ?? byPaths.set(name, { paths, entries: new Map() }).get(name)!;
    const key = keyOf(paths, pattern);
    if (!entries.has(key)) entries.set(key, index);
  });
  if (byPaths.size * points.length > maxLookups) {
    const allowed = `Allowed: at most ${Math.floor(maxLookups / points.length).toLocaleString('en')} for ${points.length.toLocaleString('en')} points`;
    faults.add(place, {
      path: 'matrix.exclude',
      message: `its entries name ${byPaths.size.toLocaleString('en')} different sets of paths`,
      allowed,
    });
    return points;
  }
  const used = new Set<number>();
  const left = points.filter((point) => {
    const first = [...byPaths.values()].reduce((least, { paths, entries }) => {
      const index = paths.every((path) => point.has(path)) ? entries.get(keyOf(paths, point)) : undefined;
      return Math.min(least, index ?? Infinity);
    }, Infinity);
    used.add(first);
    return first === Infinity;
  });
  exclude.forEach((pattern, index) => {
    if (used.has(index)) return;
    const [first] = pattern.values();
    faults.add(first!.place, {
      path: `matrix.exclude.${index}`,
      message: 'no point of the matrix is like this',
      remedy: 'Write paths and values as the matrix has them',
    });
  });
  return left;
}

function treeAt(base: MapNode, values: MatrixPoint, faults: FaultList): MapNode | undefined {
  // Short paths first: `losses.1.center.lambda` may lead into what `losses` of the same point brings.
  const settings = [...values].map(([path, setting]) => ({ path, segments: parsePath(path)!, ...setting }));
  let tree = base;
  let wrong = false;
  for (const { path, segments, place, value } of settings.sort(
    (left, right) => left.segments.length - right.segments.length,
  )) {
    const next = setAt(tree, segments, value, place);
    if (next instanceof PathProblem) {
      faults.add(place, {
        path: 'matrix',
        message: `the path "${path}" names nothing: ${next.message}`,
        remedy: next.remedy,
      });
      wrong = true;
    } else tree = next;
  }
  return wrong ? undefined : tree;
}
