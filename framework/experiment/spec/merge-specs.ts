import { isPlace, placesOf } from './child-of.ts';
import type { FaultList } from './fault-list.ts';
import { found } from './node-value.ts';
import { singleUses, useExtras } from './spec-keys.ts';
import { pathText } from './spec-path.ts';
import type { ListNode, MapEntry, MapNode, SpecNode } from './spec-node.ts';

type Path = readonly string[];

/**
 * Merges `own` over `base`: maps are merged at any depth, lists and values replaced. Another plugin replaces the
 * base's, options and all. A map over a list of plugins changes its entries by their names or places, and adds what is
 * not among them; `~key` removes what the base has.
 */
export function mergeSpecs(base: MapNode, own: MapNode, faults: FaultList): MapNode {
  return mergeMaps(base, own, [], faults);
}

function mergeNodes(base: SpecNode, own: SpecNode, path: Path, faults: FaultList): SpecNode {
  if (own.kind !== 'map') return own;
  if (base.kind === 'list' && base.items.length > 0 && base.items.every(isNameable))
    return mergeByName(base, own, path, faults);
  if (base.kind !== 'map') return own;
  // Another plugin brings nothing of the base's, so that what it removes of that is gone already.
  if (path.length === 1 && path[0]! in singleUses && !samePlugin(path[0]!, base, own)) {
    const left = [...own.entries].filter(([key]) => !base.entries.has(removedName(key) ?? ''));
    return { ...own, entries: new Map(left) };
  }
  return mergeMaps(base, own, path, faults);
}

function mergeMaps(base: MapNode, own: MapNode, path: Path, faults: FaultList): MapNode {
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of own.entries) {
    const name = removedName(key);
    if (name !== undefined && isRemoval(entry, [...path, key], faults) && !entries.delete(name))
      refuseRemoval(entry, [...path, key], [...base.entries.keys()], faults);
  }
  for (const [key, entry] of own.entries) {
    if (removedName(key) !== undefined) continue;
    const inherited = entries.get(key);
    entries.set(
      key,
      inherited
        ? { place: entry.place, value: mergeNodes(inherited.value, entry.value, [...path, key], faults) }
        : entry,
    );
  }
  return { ...own, entries };
}

/** Changes, adds and removes entries of an inherited list: `losses: {center: {lambda: 0.1}, ~triplet: }`. */
function mergeByName(base: ListNode, own: MapNode, path: Path, faults: FaultList): ListNode {
  const items: (SpecNode | undefined)[] = [...base.items];
  for (const [key, entry] of own.entries) {
    const here = [...path, key];
    const removed = removedName(key);
    const name = removed ?? key;
    const places = placesOf(base, name);
    if (places.length > 1) {
      faults.add(entry.place, {
        path: pathText(here),
        message: `${pathText(path)} inherits ${places.length} entries of the name "${name}"`,
        remedy: `Name one by its place: ${places.join(' or ')}`,
      });
    } else if (removed !== undefined) {
      if (!isRemoval(entry, here, faults)) continue;
      if (places.length === 0) refuseRemoval(entry, here, base.items.map(nameOf), faults);
      else items[places[0]!] = undefined;
    } else if (places.length === 1) {
      const place = places[0]!;
      const item = asMap(base.items[place]!);
      const change: SpecNode = isPlace(key)
        ? entry.value
        : { kind: 'map', entries: new Map([[key, entry]]), place: entry.place };
      items[place] = mergeNodes(item, change, here, faults);
    } else if (isPlace(key)) {
      faults.add(entry.place, {
        path: pathText(here),
        message: `${pathText(path)} inherits the entries 0 to ${base.items.length - 1}, no ${key}`,
        remedy: 'Name a new entry to add it',
      });
    } else items.push({ kind: 'map', entries: new Map([[key, entry]]), place: entry.place });
  }
  return { ...base, items: items.filter((item) => item !== undefined) };
}

const removedName = (key: string): string | undefined =>
  key.length > 1 && key.startsWith('~') ? key.slice(1) : undefined;

function isRemoval({ value }: MapEntry, path: Path, faults: FaultList): boolean {
  if (value.kind === 'scalar' && value.value === null) return true;
  faults.add(value.place, {
    path: pathText(path),
    message: `"${path.at(-1)}" removes what is inherited, and takes no value: found ${found(value)}`,
    remedy: `Write "${path.at(-1)}:" for it to go, and the new value under its own key`,
  });
  return false;
}

function refuseRemoval({ place }: MapEntry, path: Path, names: readonly string[], faults: FaultList): void {
  faults.add(place, {
    path: pathText(path),
    message: `there is no "${path.at(-1)!.slice(1)}" to remove`,
    remedy: names.length ? `Inherited here: ${names.join(', ')}` : undefined,
  });
}

/** Leaves out every `~key` that no merging took; each is a fault, since there is nothing below it. */
export function withoutRemovals(tree: MapNode, faults: FaultList): MapNode {
  const visit = (node: SpecNode, path: Path): SpecNode => {
    if (node.kind === 'list')
      return { ...node, items: node.items.map((item, index) => visit(item, [...path, String(index)])) };
    if (node.kind !== 'map') return node;
    const entries = new Map<string, MapEntry>();
    for (const [key, entry] of node.entries) {
      if (removedName(key) !== undefined) refuseRemoval(entry, [...path, key], [], faults);
      else entries.set(key, { place: entry.place, value: visit(entry.value, [...path, key]) });
    }
    return { ...node, entries };
  };
  return visit(tree, []) as MapNode;
}

const isNameable = (item: SpecNode): boolean =>
  item.kind === 'map' || (item.kind === 'scalar' && typeof item.value === 'string');

const nameOf = (item: SpecNode): string =>
  item.kind === 'map' ? [...item.entries.keys()][0]! : String((item as { value: unknown }).value);

/** A plugin by its bare name as a map without options. */
function asMap(item: SpecNode): SpecNode {
  if (item.kind !== 'scalar') return item;
  const { place } = item;
  const nothing: MapEntry = { place, value: { kind: 'scalar', value: null, place, plain: true } };
  return { kind: 'map', entries: new Map([[String(item.value), nothing]]), place };
}

/** Tells whether the plugins' own keys are the same; what may stand beside a plugin is no matter. */
function samePlugin(key: string, base: MapNode, own: MapNode): boolean {
  const beside = useExtras[singleUses[key as keyof typeof singleUses]] ?? [];
  return [...own.entries.keys()].every(
    (one) => base.entries.has(one) || removedName(one) !== undefined || beside.includes(one),
  );
}
