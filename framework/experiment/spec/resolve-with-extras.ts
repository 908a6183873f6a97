import { collectSecrets } from './collect-secrets.ts';
import { checkOptions } from './check-options.ts';
import { resolveParameters } from './resolve-parameters.ts';
import { resolveUse, type ResolvedUse, type Resolving } from './resolve-use.ts';
import { backboneExtrasSchema, datasetExtrasSchema, headExtrasSchema } from './settings-schema.ts';
import type { BackboneUse, DatasetUse, HeadUse } from './spec.ts';
import type { MapNode, SpecNode } from './spec-node.ts';

/** Kinds of plugins beside whose key a spec may say more, and what comes of it. */
interface Extended {
  dataset: DatasetUse;
  backbone: BackboneUse;
  head: HeadUse;
}

const schemas = { dataset: datasetExtrasSchema, backbone: backboneExtrasSchema, head: headExtrasSchema } as const;
const owners = { dataset: 'a data set', backbone: 'a backbone', head: 'a head' } as const;

/** A plugin with what stands beside it. */
export interface ResolvedWithExtras<K extends keyof Extended> extends Omit<ResolvedUse<K>, 'use'> {
  readonly use: Extended[K];
}

/** Resolves `dataset`, `backbone` or `head`: the plugin, and what a spec says beside its key. */
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
  if (!checked) return undefined;
  collectSecrets(extras, path, resolving.secrets);
  const { parameters, ...others } = checked.value as Pick<BackboneUse, 'parameters'>;
  const written = extras.entries.get('parameters')?.value;
  const groups = parameters && (await resolveParameters(parameters, written, [...path, 'parameters'], resolving));
  if (parameters && !groups) return undefined;
  return {
    ...resolved,
    use: { ...resolved.use, ...others, ...(groups && { parameters: groups }) } as unknown as Extended[K],
  };
}
