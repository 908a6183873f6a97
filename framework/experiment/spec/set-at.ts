import { didYouMean } from '../../base/errors/did-you-mean.ts';
import { childOf, isPlace, placesOf } from './child-of.ts';
import { found } from './node-value.ts';
import { pathText } from './spec-path.ts';
import type { ListNode, MapNode, Place, SpecNode } from './spec-node.ts';

/** Why a path leads nowhere in a spec. */
export class PathProblem {
  readonly message: string;
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    this.message = message;
    this.remedy = remedy;
  }
}

/**
 * Copies the tree without what is at `path`.
 *
 * @returns a PathProblem where there is nothing
 */
export function removeAt(root: MapNode, path: readonly string[]): MapNode | PathProblem {
  const remove = (node: SpecNode, depth: number): SpecNode | PathProblem => {
    const key = path[depth]!;
    const here = pathText(path.slice(0, depth)) || 'the spec';
    const isLast = depth === path.length - 1;
    if (node.kind === 'list') {
      const index = placeIn(node, key, here, 'Name one that is there');
      if (index instanceof PathProblem) return index;
      if (isLast) return { ...node, items: node.items.toSpliced(index, 1) };
      const inner = remove(node.items[index]!, isPlace(key) ? depth + 1 : depth);
      return inner instanceof PathProblem ? inner : { ...node, items: node.items.with(index, inner) };
    }
    const entry = node.kind === 'map' ? node.entries.get(key) : undefined;
    if (node.kind !== 'map' || !entry) {
      const names = node.kind === 'map' ? [...node.entries.keys()] : [];
      return new PathProblem(`${here} has no ${JSON.stringify(key)}`, didYouMean(key, names));
    }
    const entries = new Map(node.entries);
    if (isLast) entries.delete(key);
    else {
      const inner = remove(entry.value, depth + 1);
      if (inner instanceof PathProblem) return inner;
      entries.set(key, { place: entry.place, value: inner });
    }
    return { ...node, entries };
  };
  return remove(root, 0) as MapNode | PathProblem;
}

/**
 * Copies the tree with `value` at the end of the list at `path`.
 *
 * @param place where the path was written, for a list that there is not yet
 * @returns a PathProblem where something else than a list is there
 */
export function appendAt(root: MapNode, path: readonly string[], value: SpecNode, place: Place): MapNode | PathProblem {
  const list = path.reduce<SpecNode | undefined>((node, key) => node && childOf(node, key), root);
  if (list && list.kind !== 'list' && !(list.kind === 'scalar' && list.value === null))
    return new PathProblem(`${pathText(path)} is ${found(list)}, no list`, 'Set it as a whole');
  const items = list?.kind === 'list' ? list.items : [];
  return setAt(root, path, { kind: 'list', items: [...items, value], place: list?.place ?? place }, place);
}

/** The one entry of a list that a key of a path means, by its place or its name. */
function placeIn(list: ListNode, key: string, here: string, remedy: string): number | PathProblem {
  const places = placesOf(list, key);
  if (places.length === 1) return places[0]!;
  if (places.length > 1)
    return new PathProblem(
      `${here} has ${places.length} entries of the name ${JSON.stringify(key)}`,
      `Name one by its place: ${places.join(' or ')}`,
    );
  const entries = list.items.length ? `the entries 0 to ${list.items.length - 1}` : 'no entries';
  const names = list.items.flatMap((item) =>
    item.kind === 'map' ? [...item.entries.keys()] : item.kind === 'scalar' ? [String(item.value)] : [],
  );
  return new PathProblem(
    `${here} has ${entries}, no ${JSON.stringify(key)}`,
    (isPlace(key) ? undefined : didYouMean(key, names)) ?? remedy,
  );
}

/**
 * Copies the tree with `value` at `path`; everything else is shared. Missing maps on the way are made, a plugin written
 * as its bare name gets options. Entries of lists go by their places or their names.
 *
 * @param place where the path was written, kept as the place of its keys
 * @returns a PathProblem where the path leads past a list's end or below a plain value
 */
export function setAt(root: MapNode, path: readonly string[], value: SpecNode, place: Place): MapNode | PathProblem {
  const set = (node: SpecNode | undefined, depth: number): SpecNode | PathProblem => {
    if (depth === path.length) return value;
    const key = path[depth]!;
    const here = pathText(path.slice(0, depth));
    if (node?.kind === 'list') {
      const index = placeIn(node, key, here, `Add one by ${here}+=…, or set ${here} as a whole`);
      if (index instanceof PathProblem) return index;
      const item = node.items[index]!;
      // A name leads to the options of the plugin: `losses.center.lambda` is `losses.1.center.lambda`.
      const inner = set(item, isPlace(key) ? depth + 1 : depth);
      return inner instanceof PathProblem ? inner : { ...node, items: node.items.with(index, inner) };
    }
    if (node?.kind === 'scalar' && node.value !== null && node.value !== key) {
      const meant = typeof node.value === 'string' ? didYouMean(key, [node.value]) : undefined;
      return new PathProblem(
        `${here} is ${found(node)}, which has no ${JSON.stringify(key)}`,
        meant ?? `Set ${here} as a whole`,
      );
    }
    const entries = node?.kind === 'map' ? node.entries : new Map();
    const inner = set(entries.get(key)?.value, depth + 1);
    if (inner instanceof PathProblem) return inner;
    return { kind: 'map', entries: new Map([...entries, [key, { place, value: inner }]]), place: node?.place ?? place };
  };
  return set(root, 0) as MapNode | PathProblem;
}
