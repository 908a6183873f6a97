import type { ListNode, SpecNode } from './spec-node.ts';

/** Tells whether an entry of a list goes by a name: a plugin as bare text, or a map that has it as a key. */
function isNamed(item: SpecNode, name: string): boolean {
  return item.kind === 'map' ? item.entries.has(name) : item.kind === 'scalar' && item.value === name;
}

/** Tells whether a key of a path is a place in a list, and no name. */
export const isPlace = (key: string): boolean => /^\d+$/.test(key);

/** Finds the places of the entries that a key means: `1` the one at that place, `center` those of that name. */
export function placesOf({ items }: ListNode, key: string): number[] {
  if (isPlace(key)) return Number(key) < items.length ? [Number(key)] : [];
  return items.flatMap((item, index) => (isNamed(item, key) ? [index] : []));
}

/**
 * Finds the value below a key: of a map, at a place of a list, or the options of a list's entry of that name, so that
 * `losses.center.lambda` and `losses.1.center.lambda` are the same.
 *
 * @returns undefined where there is none, or where several entries of a list have the name
 */
export function childOf(node: SpecNode, key: string): SpecNode | undefined {
  if (node.kind === 'map') return node.entries.get(key)?.value;
  if (node.kind === 'scalar') return undefined;
  const places = placesOf(node, key);
  if (places.length !== 1) return undefined;
  const item = node.items[places[0]!]!;
  return isPlace(key) || item.kind !== 'map' ? item : item.entries.get(key)!.value;
}
