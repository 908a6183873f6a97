import type { Optimizer } from '../contracts/optimizer.ts';
import type { Parameter } from '../contracts/parameter.ts';
import { AblateError } from '../errors/ablate-error.ts';
import type { PluginUse, RunSpec } from '../spec/spec.ts';
import type { Surroundings } from './compose.ts';
import type { OptimizedGroup } from './session.ts';

/**
 * Trainable parameters by the optimiser that serves them: the run's own, or the one that a parameter's group names.
 *
 * @param make makes the optimiser of a group by the group's name (empty: the run's own)
 * @throws AblateError PLUGIN_OPTIONS where a group's optimiser refuses its options
 */
export async function optimizerGroups(parameters: readonly Parameter[], spec: RunSpec, make: (group: string, use: PluginUse) => Promise<Optimizer>, surroundings: Surroundings): Promise<OptimizedGroup[]> {
  const byOptimizer = new Map<string, Parameter[]>();
  for (const parameter of parameters.filter(({ trainable }) => trainable)) {
    const key = parameter.group?.optimizer ? JSON.stringify(parameter.group.optimizer) : '';
    byOptimizer.set(key, [...(byOptimizer.get(key) ?? []), parameter]);
  }
  const groups: OptimizedGroup[] = [];
  for (const [key, members] of byOptimizer) {
    const optimizer = await make(key, key === '' ? spec.optimizer : await groupOptimizer(key, surroundings));
    optimizer.prepare(members);
    groups.push({ optimizer, parameters: members });
  }
  return groups;
}

async function groupOptimizer(key: string, { catalogue, baseDirectory }: Surroundings): Promise<PluginUse> {
  const [[plugin, given]] = Object.entries(JSON.parse(key)) as [[string, unknown]];
  const { manifest } = await catalogue.load('optimizer', plugin, baseDirectory);
  const parsed = manifest.schema.safeParse(given ?? {});
  if (parsed.success) return { plugin, options: parsed.data as Record<string, unknown> };
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new AblateError('PLUGIN_OPTIONS', `The optimizer "${plugin}" of a parameter group refuses its options: ${faults}`, { remedy: `See: npx ablate describe optimizers/${plugin}` });
}
