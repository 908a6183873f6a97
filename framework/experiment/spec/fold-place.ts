import type { FaultList } from './fault-list.ts';
import { nodeValue } from './node-value.ts';
import type { MapNode } from './spec-node.ts';

/** Where the data set's split is written, and what it says beside the fold. */
export interface FoldPlace {
  readonly segments: readonly string[];
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Finds where the folds of a protocol go; a split of another kind becomes a fault. */
export function foldPlace(tree: MapNode, faults: FaultList): FoldPlace | undefined {
  const dataset = tree.entries.get('dataset')?.value;
  const [plugin, options] =
    dataset?.kind === 'map'
      ? ([...dataset.entries].map(([key, { value }]) => [key, value] as const)[0] ?? [])
      : [dataset?.kind === 'scalar' ? String(dataset.value) : undefined, undefined];
  if (plugin === undefined) return undefined;
  const split = options?.kind === 'map' ? options.entries.get('split')?.value : undefined;
  const rest = split ? nodeValue(split) : {};
  if (split && (typeof rest !== 'object' || rest === null || (rest as { by?: unknown }).by !== 'fold')) {
    faults.add(split.place, {
      path: `dataset.${plugin}.split`,
      message: "the protocol's folds take the place of this split",
      remedy: 'Remove it, or write split: {by: fold, test: 0.5} to say how many classes are locked away',
    });
    return undefined;
  }
  return { segments: ['dataset', plugin, 'split'], rest: rest as Record<string, unknown> };
}
