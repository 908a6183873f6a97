import type { Range } from '../search-methods/range.ts';
import type { FaultList } from './fault-list.ts';
import { found, nodeValue } from './node-value.ts';
import { pathText } from './spec-path.ts';
import type { MapNode, Place, SpecNode } from './spec-node.ts';

/** A range with its place in a spec. */
export interface PlacedRange {
  readonly segments: readonly string[];
  readonly place: Place;
  readonly range: Range;
}

const kinds = ['uniform', 'logUniform', 'integer', 'choice'] as const;

/**
 * Finds the ranges in a tree by their path, `{logUniform: [low, high]}` and its like in the place of a value. A wrong
 * one becomes a fault.
 */
export function findRanges(tree: MapNode, faults: FaultList): Map<string, PlacedRange> {
  const ranges = new Map<string, PlacedRange>();
  const visit = (node: SpecNode, segments: readonly string[]): void => {
    if (node.kind === 'list') node.items.forEach((item, index) => visit(item, [...segments, String(index)]));
    if (node.kind !== 'map') return;
    const [[key, entry]] = node.entries.size === 1 ? [...node.entries] : [[undefined, undefined]];
    const kind = kinds.find((one) => one === key);
    if (!kind) {
      for (const [name, { value }] of node.entries) visit(value, [...segments, name]);
      return;
    }
    const path = pathText(segments);
    const range = rangeOf(kind, entry!.value);
    if (range) ranges.set(path, { segments, place: node.place, range });
    else
      faults.add(entry!.value.place, {
        path: `${path}.${kind}`,
        message: `found ${found(entry!.value)}`,
        allowed: `Allowed: ${words[kind]}`,
      });
  };
  visit(tree, []);
  return ranges;
}

const words: Readonly<Record<(typeof kinds)[number], string>> = {
  uniform: 'two numbers, the lower one first',
  logUniform: 'two numbers above 0, the lower one first',
  integer: 'two whole numbers, the lower one first',
  choice: 'a list of at least two values',
};

function rangeOf(kind: (typeof kinds)[number], node: SpecNode): Range | undefined {
  const values = node.kind === 'list' ? (nodeValue(node) as unknown[]) : [];
  if (kind === 'choice') return values.length > 1 ? { kind, values } : undefined;
  const [low, high] = values as [number, number];
  const right =
    values.length === 2 &&
    values.every(
      (value) => typeof value === 'number' && Number.isFinite(value) && (kind !== 'integer' || Number.isInteger(value)),
    ) &&
    low < high;
  return right && (kind !== 'logUniform' || low > 0) ? { kind, low, high } : undefined;
}
