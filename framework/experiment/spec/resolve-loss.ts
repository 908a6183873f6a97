import { collectSecrets } from './collect-secrets.ts';
import { checkOptions } from './check-options.ts';
import { resolveParameters } from './resolve-parameters.ts';
import { resolveUse, type ResolvedUse, type Resolving } from './resolve-use.ts';
import { lossExtrasSchema } from './settings-schema.ts';
import type { LossUse, PluginUse } from './spec.ts';
import type { MapNode, SpecNode } from './spec-node.ts';

/** A loss with what stands beside its plugin. */
export interface ResolvedLoss extends Omit<ResolvedUse<'loss'>, 'use'> {
  readonly use: LossUse;
}

/**
 * Resolves one entry of `losses`: the plugin, its `weight`, `classWeights`, `rowWeights` and `teacher`, and the
 * `parameters` that are optimized in another way.
 */
export async function resolveLoss(
  node: SpecNode,
  index: number,
  resolving: Resolving,
): Promise<ResolvedLoss | undefined> {
  const path = ['losses', index];
  const loss = await resolveUse('loss', node, path, resolving);
  if (!loss) return undefined;
  const extras: MapNode = { kind: 'map', entries: loss.written.extras, place: node.place };
  const about = { node: extras, place: node.place, path, noun: 'key', owner: 'a loss', code: 'SPEC_INVALID' as const };
  const checked = checkOptions(lossExtrasSchema, about, true, resolving.faults);
  if (!checked) return undefined;
  collectSecrets(extras, path, resolving.secrets);
  const { weight, classWeights, rowWeights, teacher, parameters } = checked.value as Omit<LossUse, keyof PluginUse>;
  const group = loss.written.extras.get('parameters')?.value;
  const resolved = parameters && (await resolveParameters(parameters, group, [...path, 'parameters'], resolving));
  if (parameters && !resolved) return undefined;
  return {
    ...loss,
    use: {
      ...loss.use,
      weight,
      ...(classWeights && { classWeights }),
      ...(rowWeights && { rowWeights }),
      ...(teacher && { teacher }),
      ...(resolved && { parameters: resolved }),
    },
  };
}
