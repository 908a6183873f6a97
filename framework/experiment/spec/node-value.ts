import { parse } from 'yaml';
import type { Place, ScalarNode, SpecNode } from './spec-node.ts';

/** Gives the plain value of a node; with `hideSecrets`, what was written stands for a value that holds a secret. */
export function nodeValue(node: SpecNode, hideSecrets = false): unknown {
  if (node.kind === 'scalar') return hideSecrets ? (node.secret ?? node.value) : node.value;
  if (node.kind === 'list') return node.items.map((item) => nodeValue(item, hideSecrets));
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, nodeValue(entry.value, hideSecrets)]));
}

/** Makes a node for a plain JSON value, all of it at one place. */
export function valueNode(value: unknown, place: Place): SpecNode {
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => valueNode(item, place)), place };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, inner]) => [key, { place, value: valueNode(inner, place) }] as const,
    );
    return { kind: 'map', entries: new Map(entries), place };
  }
  return { kind: 'scalar', value: value as string | number | boolean | null, place, plain: false };
}

/** Puts a value into the words of an error: `"abc"`, `3`, `a map`, `a list of 2`. */
export function found(node: SpecNode | undefined): string {
  if (!node) return 'nothing';
  if (node.kind === 'list') return node.items.length ? `a list of ${node.items.length}` : 'an empty list';
  if (node.kind === 'map')
    return node.entries.size ? `a map with ${[...node.entries.keys()].slice(0, 3).join(', ')}` : 'an empty map';
  const shown = node.secret ?? node.value;
  return typeof shown === 'string' ? JSON.stringify(shown) : String(shown);
}

/**
 * Says how to write a scalar so that YAML reads it as the type that is wanted there; undefined where quotes are not
 * what is wrong.
 */
export function requoted(node: SpecNode | undefined, wanted: readonly string[]): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  if (typeof node.value !== 'string')
    return wanted.includes('string') ? `Write '${node.secret ?? node.source ?? node.value}'` : undefined;
  const typed = plainScalar(node.value);
  const type =
    typeof typed === 'number' && Number.isInteger(typed) && wanted.includes('integer') ? 'integer' : typeof typed;
  return !node.plain && type !== 'string' && wanted.includes(type)
    ? `Write ${node.written ?? node.value} without quotes`
    : undefined;
}

/** Reads a text without quotes as YAML does: a number, true, false or null where it is one, and else the text. */
export function plainScalar(text: string): ScalarNode['value'] {
  try {
    const value: unknown = parse(text);
    return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : text;
  } catch {
    return text;
  }
}
