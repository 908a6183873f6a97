import type { Kind } from '../../contracts/plugin.ts';
import { jsonSchemaOf } from '../../plugins/json-schema-of.ts';
import { pathText } from './spec-path.ts';
import type { ResolvedUse } from './resolve-use.ts';
import type { Place, SpecNode } from './spec-node.ts';

/** A value of a spec that is executed, or names what is. */
export interface ExecutedOption {
  readonly path: string;
  readonly value: unknown;
  readonly place: Place;
}

/** Lists what a use says in options whose schema has `runs`, each value with the place that it was written at. */
export function executedOptions<K extends Kind>({ entry, written, path }: ResolvedUse<K>): ExecutedOption[] {
  const options = written.options?.kind === 'map' ? [...written.options.entries] : [];
  const { properties = {} } = jsonSchemaOf(entry.manifest.schema);
  return options.flatMap(([key, { value }]) =>
    properties[key]?.runs ? valuesIn(value, `${path}.${pathText([written.plugin, key])}`) : [],
  );
}

/** A list may have been put together from several files. */
function valuesIn(node: SpecNode, path: string): ExecutedOption[] {
  if (node.kind === 'list') return node.items.flatMap((item) => valuesIn(item, path));
  if (node.kind === 'map') return [...node.entries.values()].flatMap(({ value }) => valuesIn(value, path));
  return [{ path, value: node.secret ?? node.value, place: node.place }];
}
