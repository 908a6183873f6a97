import { singleUses } from './spec-keys.ts';
import type { MapEntry, MapNode, SpecNode } from './spec-node.ts';

/**
 * `own` over `base`: maps are merged at any depth, lists and values replaced. Another plugin replaces the base's,
 * options and all.
 */
export function mergeSpecs(base: MapNode, own: MapNode): MapNode {
  return mergeMaps(base, own, (key, below, above) =>
    key in singleUses && !samePlugin(below, above) ? above : mergeNodes(below, above),
  );
}

function mergeNodes(base: SpecNode, own: SpecNode): SpecNode {
  return base.kind === 'map' && own.kind === 'map'
    ? mergeMaps(base, own, (_, below, above) => mergeNodes(below, above))
    : own;
}

function mergeMaps(
  base: MapNode,
  own: MapNode,
  merge: (key: string, base: SpecNode, own: SpecNode) => SpecNode,
): MapNode {
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of own.entries) {
    const inherited = base.entries.get(key);
    entries.set(key, inherited ? { place: entry.place, value: merge(key, inherited.value, entry.value) } : entry);
  }
  return { ...own, entries };
}

function samePlugin(base: SpecNode, own: SpecNode): boolean {
  return base.kind === 'map' && own.kind === 'map' && [...own.entries.keys()].every((key) => base.entries.has(key));
}
