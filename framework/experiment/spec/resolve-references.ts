import { didYouMean } from '../../base/errors/did-you-mean.ts';
import { childOf } from './child-of.ts';
import type { FaultList } from './fault-list.ts';
import { found } from './node-value.ts';
import { pathText } from './spec-path.ts';
import type { MapEntry, MapNode, Reference, ScalarNode, SpecNode } from './spec-node.ts';

/** Values that references may bring, in all: one that refers to lists that refer to lists grows without end. */
const maxValues = 100_000;

/**
 * Replaces each `${path.in.spec}` by what is written there, once the point of a matrix has set its values. A text
 * without quotes that is one reference as a whole becomes that value, a map or a list too; inside a text only a number,
 * a text, true or false can stand.
 *
 * @param root the spec that the paths lead into
 * @param only keys of the spec to look through; all where it is left out
 * @returns the tree as it is where it holds none
 */
export function resolveReferences(root: MapNode, faults: FaultList, only?: readonly string[]): MapNode {
  let values = 0;

  const resolve = (node: SpecNode, path: readonly string[], open: readonly string[]): SpecNode => {
    if (open.length > 0 && ++values > maxValues) return node;
    if (node.kind === 'scalar') return node.pieces ? fill(node, node.pieces, path, open) : node;
    if (node.kind === 'list') {
      const items = node.items.map((item, index) => resolve(item, [...path, String(index)], open));
      return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    }
    return below(node, path, open);
  };

  const below = (node: MapNode, path: readonly string[], open: readonly string[]): MapNode => {
    let same = true;
    const entries = [...node.entries].map(([key, entry]): [string, MapEntry] => {
      if (path.length === 0 && only && !only.includes(key)) return [key, entry];
      const value = resolve(entry.value, [...path, key], open);
      same &&= value === entry.value;
      return [key, { place: entry.place, value }];
    });
    return same ? node : { ...node, entries: new Map(entries) };
  };

  const fill = (
    node: ScalarNode,
    pieces: readonly (string | Reference)[],
    path: readonly string[],
    open: readonly string[],
  ): SpecNode => {
    const [first] = pieces;
    if (pieces.length === 1 && typeof first === 'object' && node.plain) {
      const target = follow(first, node, path, open);
      if (target?.kind !== 'scalar') return target ?? withoutPieces(node);
      return { ...target, place: node.place };
    }
    const texts = pieces.map((piece) => {
      if (typeof piece === 'string') return { text: piece, shown: piece };
      const target = follow(piece, node, path, open);
      if (!target) return undefined;
      if (target.kind === 'scalar' && target.value !== null)
        return { text: String(target.value), shown: target.secret ?? String(target.value) };
      faults.add(node.place, {
        path: pathText(path),
        message: `\${${piece.path}} is ${found(target)}, which cannot stand inside a text`,
        allowed: 'Allowed inside a text: a number, a text, true or false',
      });
      return undefined;
    });
    if (!texts.every((piece) => piece !== undefined)) return withoutPieces(node);
    const hidden = node.secret !== undefined || texts.some(({ text, shown }) => text !== shown);
    return {
      ...withoutPieces(node),
      value: texts.map(({ text }) => text).join(''),
      ...(hidden && { secret: node.secret ?? texts.map(({ shown }) => shown).join('') }),
    };
  };

  const follow = (
    { path: asked, segments }: Reference,
    node: ScalarNode,
    path: readonly string[],
    open: readonly string[],
  ): SpecNode | undefined => {
    const where = { path: pathText(path) };
    const name = pathText(segments);
    if (open.includes(name) || pathText(path) === name) {
      const circle = [...open.slice(Math.max(0, open.indexOf(name))), name].join(' → ');
      faults.add(node.place, { ...where, message: `\${${asked}} leads back to itself: ${circle}` });
      return undefined;
    }
    let target: SpecNode | undefined = root;
    for (const [depth, key] of segments.entries()) {
      const next: SpecNode | undefined = childOf(target, key);
      if (!next) {
        const names = keysOf(target);
        const at = depth === 0 ? 'the spec' : pathText(segments.slice(0, depth));
        const remedy = didYouMean(key, names) ?? (names.length ? `There are: ${names.join(', ')}` : undefined);
        faults.add(node.place, {
          ...where,
          message: `\${${asked}} names nothing that is written: ${at} has no "${key}"`,
          remedy: remedy ?? 'Write the value there, or for the text itself $${',
        });
        return undefined;
      }
      target = next;
    }
    const value = resolve(target, segments, [...open, name]);
    if (values > maxValues) {
      faults.add(node.place, {
        ...where,
        message: `references expand this spec to more than ${maxValues.toLocaleString('en')} values`,
        remedy: 'Remove references that repeat whole blocks',
      });
      return undefined;
    }
    return value;
  };

  return below(root, [], []);
}

const withoutPieces = ({ pieces: _, ...node }: ScalarNode): ScalarNode => node;

const keysOf = (node: SpecNode): string[] =>
  node.kind === 'map'
    ? [...node.entries.keys()]
    : node.kind === 'list'
      ? node.items.map((_, index) => String(index))
      : [];
