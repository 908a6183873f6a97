import { checkOptions } from './check-options.ts';
import { resolveUse, type ResolvedUse, type Resolving } from './resolve-use.ts';
import { backboneExtrasSchema, datasetExtrasSchema } from './settings-schema.ts';
import type { BackboneUse, DatasetUse } from './spec.ts';
import type { MapNode, SpecNode } from './spec-node.ts';

/** Kinds of plugins beside whose key a spec may say more, and what comes of it. */
interface Extended {
  dataset: DatasetUse;
  backbone: BackboneUse;
}

const schemas = { dataset: datasetExtrasSchema, backbone: backboneExtrasSchema } as const;
const owners = { dataset: 'a data set', backbone: 'a backbone' } as const;

/** A plugin with what stands beside it. */
export interface ResolvedWithExtras<K extends keyof Extended> extends Omit<ResolvedUse<K>, 'use'> {
  readonly use: Extended[K];
}

/** Resolves `dataset` or `backbone`: the plugin, and what a spec says beside its key. */
export async function resolveWithExtras<K extends keyof Extended>(
  kind: K,
  node: SpecNode,
  resolving: Resolving,
): Promise<ResolvedWithExtras<K> | undefined> {
  const path = [kind];
  const resolved = await resolveUse(kind, node, path, resolving);
  if (!resolved) return undefined;
  const extras: MapNode = { kind: 'map', entries: resolved.written.extras, place: node.place };
  const about = { node: extras, place: node.place, path, noun: 'key', owner: owners[kind] };
  const checked = checkOptions(schemas[kind], { ...about, code: 'SPEC_INVALID' }, false, resolving.faults);
  return checked && { ...resolved, use: { ...resolved.use, ...checked.value } as Extended[K] };
}
