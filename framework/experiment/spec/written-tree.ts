import type { RunSpec } from './spec.ts';
import type { MapNode } from './spec-node.ts';

/** Beside the specs and not in them: a spec goes to workers and into files, where places are of no use. */
const trees = new WeakMap<RunSpec, MapNode>();

/** Keeps what a spec was resolved from, for as long as there is the spec. */
export const keepTree = (spec: RunSpec, tree: MapNode): void => void trees.set(spec, tree);

/** Gives what a spec was resolved from: every value that somebody wrote, with its place. Undefined of a copy. */
export const treeOf = (spec: RunSpec): MapNode | undefined => trees.get(spec);
