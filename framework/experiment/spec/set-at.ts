import { didYouMean } from '../../base/errors/did-you-mean.ts';
import { found } from './node-value.ts';
import { pathText } from './spec-path.ts';
import type { MapNode, Place, SpecNode } from './spec-node.ts';

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
 * The tree with `value` at `path`; everything else is shared. Missing maps on the way are made, a plugin written as its
 * bare name gets options.
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
      const index = /^\d+$/.test(key) ? Number(key) : NaN;
      if (!(index < node.items.length)) {
        const entries = node.items.length ? `the entries 0 to ${node.items.length - 1}` : 'no entries';
        return new PathProblem(
          `${here} has ${entries}, no ${JSON.stringify(key)}`,
          `Set ${here} as a whole to lengthen it`,
        );
      }
      const inner = set(node.items[index], depth + 1);
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
