import { resolveUse, type Resolving } from './resolve-use.ts';
import type { BackboneParametersUse, ParametersUse } from './spec.ts';
import type { SpecNode } from './spec-node.ts';

/**
 * Resolves the optimizers that `parameters` names, of the whole and of its parts.
 *
 * @param checked what the schema made of it
 * @param node what was written
 * @returns undefined where one has faults, which are then in `resolving.faults`
 */
export async function resolveParameters<Use extends BackboneParametersUse>(
  checked: Use,
  node: SpecNode | undefined,
  path: readonly (string | number)[],
  resolving: Resolving,
): Promise<Use | undefined> {
  const entryOf = (key: string): SpecNode | undefined =>
    node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
  const optimizer = entryOf('optimizer');
  const own = optimizer && (await resolveUse('optimizer', optimizer, [...path, 'optimizer'], resolving));
  if (optimizer && !own) return undefined;
  const written = entryOf('parts');
  const parts: Record<string, ParametersUse> = {};
  for (const [prefix, part] of Object.entries(checked.parts ?? {})) {
    const at = written?.kind === 'map' ? written.entries.get(prefix)?.value : undefined;
    const resolved = await resolveParameters(part, at, [...path, 'parts', prefix], resolving);
    if (!resolved) return undefined;
    parts[prefix] = resolved;
  }
  return {
    ...checked,
    ...(own && { optimizer: { [own.use.plugin]: own.use.options } }),
    ...(checked.parts && { parts }),
  };
}
