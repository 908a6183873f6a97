import { isCollection, isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { shownFile } from '../../base/errors/shown-file.ts';
import { childOf } from './child-of.ts';
import type { PlannedRun } from './planned-run.ts';
import type { MapNode, Place, SpecNode } from './spec-node.ts';
import { writeSpec } from './write-spec.ts';
import { treeOf } from './written-tree.ts';

/**
 * Writes the resolved spec of a run as `writeSpec` does, with the origin of each value behind it: the file and line, the
 * matrix, `--set`, a variable of the environment, or that it is a default.
 */
export function writeSpecWithOrigins(run: PlannedRun): string {
  const document = parseDocument(writeSpec(run));
  const tree = treeOf(run.spec);
  if (!tree) return document.toString({ lineWidth: 0 });
  const visit = (node: Node, written: SpecNode | undefined, key?: Place): void => {
    if (isMap(node) && node.items.length > 0)
      for (const { key: name, value } of node.items) {
        const below = String((name as { value: unknown }).value);
        const entry = written?.kind === 'map' ? written.entries.get(below) : undefined;
        visit(value as Node, written && childOf(written, below), entry?.place);
      }
    else if (isSeq(node) && node.items.length > 0)
      node.items.forEach((item, index) => visit(item as Node, written && childOf(written, String(index))));
    else if (isScalar(node) || isCollection(node)) node.comment = ` ${originOf(written, key, tree)}`;
  };
  visit(document.contents!, asListed(tree));
  return document.toString({ lineWidth: 0 });
}

/** @param key where the value's key was written: a point of a matrix and `--set` say so there */
function originOf(node: SpecNode | undefined, key: Place | undefined, root: MapNode): string {
  // What `withDefaultUses` adds has the place of the whole.
  if (!node || node.place === root.place) return 'default';
  const { file, line } = node.place;
  const place = line === 0 ? file : `${shownFile(file)}:${line}`;
  const written = node.kind === 'scalar' && node.written !== undefined ? [node.written] : [];
  return [...(key?.origin === 'matrix' ? ['matrix'] : []), place, ...written].join(', ');
}

/** The tree with `tracking`, which may be a map of several, as the list that it resolves to. */
function asListed(tree: MapNode): MapNode {
  const tracking = tree.entries.get('tracking');
  if (tracking?.value.kind !== 'map') return tree;
  const { place } = tracking.value;
  const items = [...tracking.value.entries].map(
    ([name, entry]): MapNode => ({ kind: 'map', entries: new Map([[name, entry]]), place: entry.place }),
  );
  return {
    ...tree,
    entries: new Map([...tree.entries, ['tracking', { ...tracking, value: { kind: 'list', items, place } }]]),
  };
}
