import { checkOptions } from './check-options.ts';
import { resolveUse, type ResolvedUse, type Resolving } from './resolve-use.ts';
import { backboneExtrasSchema } from './settings-schema.ts';
import type { BackboneUse } from './spec.ts';
import type { MapNode, SpecNode } from './spec-node.ts';

/** A backbone with what stands beside its plugin. */
export interface ResolvedBackbone extends Omit<ResolvedUse<'backbone'>, 'use'> {
  readonly use: BackboneUse;
}

/** Resolves `backbone`: the plugin, and how the images that it takes are normalized. */
export async function resolveBackbone(node: SpecNode, resolving: Resolving): Promise<ResolvedBackbone | undefined> {
  const path = ['backbone'];
  const backbone = await resolveUse('backbone', node, path, resolving);
  if (!backbone) return undefined;
  const extras: MapNode = { kind: 'map', entries: backbone.written.extras, place: node.place };
  const about = { node: extras, place: node.place, path, noun: 'key', owner: 'a backbone' };
  const checked = checkOptions(backboneExtrasSchema, { ...about, code: 'SPEC_INVALID' }, false, resolving.faults);
  return checked && { ...backbone, use: { ...backbone.use, ...(checked.value as Pick<BackboneUse, 'normalize'>) } };
}
