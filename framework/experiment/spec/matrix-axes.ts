import type { FaultList } from './fault-list.ts';
import { found } from './node-value.ts';
import { parsePath } from './spec-path.ts';
import type { MapNode, Place, SpecNode } from './spec-node.ts';

/** One path of a matrix with its values. */
interface MatrixAxis {
  /** As it was written: `losses.1.center.lambda`. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly place: Place;
  readonly values: readonly SpecNode[];
}

/** A path → value of a matrix, for one point or a part of one. */
export type MatrixPoint = ReadonlyMap<string, { readonly place: Place; readonly value: SpecNode }>;

/** `matrix:` read: a grid over its axes, less what `exclude` names, plus what `include` names. */
export interface Matrix {
  readonly place: Place;
  readonly axes: readonly MatrixAxis[];
  readonly include: readonly MatrixPoint[];
  readonly exclude: readonly MatrixPoint[];
}

const fixed = [
  'name',
  'description',
  'version',
  'extends',
  'profiles',
  'matrix',
  'search',
  'protocol',
  'test',
  'launch',
];

/** Reads `matrix:`; what is wrong with its form becomes a fault. */
export function matrixAxes(node: SpecNode | undefined, faults: FaultList): Matrix | undefined {
  if (!node || (node.kind === 'scalar' && node.value === null)) return undefined;
  if (node.kind !== 'map') {
    faults.add(node.place, {
      path: 'matrix',
      message: `found ${found(node)}`,
      allowed: 'Allowed: a map from paths to lists of values',
      remedy: 'For example: matrix: {seed: [1, 2, 3]}',
    });
    return undefined;
  }
  const axes: MatrixAxis[] = [];
  for (const [path, { place, value }] of node.entries) {
    if (path === 'include' || path === 'exclude') continue;
    const segments = pathSegments(path, place, faults);
    const values = nonEmptyList(value, `matrix.${path}`, faults);
    if (segments && values) axes.push({ path, segments, place: { ...place, origin: 'matrix' }, values });
  }
  return {
    place: node.place,
    axes,
    include: points(node, 'include', faults),
    exclude: points(node, 'exclude', faults),
  };
}

function pathSegments(path: string, place: Place, faults: FaultList): string[] | undefined {
  const segments = parsePath(path);
  if (segments && !fixed.includes(segments[0]!)) return segments;
  const message = segments ? `"${segments[0]}" is one for all runs` : `found ${JSON.stringify(path)}`;
  faults.add(place, {
    path: 'matrix',
    message,
    allowed: 'Allowed: paths such as losses.1.center.lambda, seed, backbone',
  });
  return undefined;
}

function nonEmptyList(node: SpecNode, path: string, faults: FaultList): readonly SpecNode[] | undefined {
  if (node.kind === 'list' && node.items.length > 0) return node.items;
  const remedy =
    node.kind === 'scalar' && node.value !== null ? `Write [${String(node.secret ?? node.value)}]` : undefined;
  faults.add(node.place, {
    path,
    message: `found ${found(node)}`,
    allowed: 'Allowed: a list of at least one value',
    remedy,
  });
  return undefined;
}

function points(matrix: MapNode, key: 'include' | 'exclude', faults: FaultList): MatrixPoint[] {
  const node = matrix.entries.get(key)?.value;
  if (!node) return [];
  return (nonEmptyList(node, `matrix.${key}`, faults) ?? []).flatMap((item, index) => {
    if (item.kind === 'map' && item.entries.size > 0) {
      const known = [...item.entries].filter(([path, { place }]) => pathSegments(path, place, faults));
      return [
        new Map(
          known.map(([path, { place, value }]) => [path, { place: { ...place, origin: 'matrix' as const }, value }]),
        ),
      ];
    }
    faults.add(item.place, {
      path: `matrix.${key}.${index}`,
      message: `found ${found(item)}`,
      allowed: 'Allowed: a map from paths to one value each',
    });
    return [];
  });
}
