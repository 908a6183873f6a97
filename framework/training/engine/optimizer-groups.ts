import type { Optimizer } from '../../contracts/optimizer.ts';
import type { Parameter } from '../../contracts/parameter.ts';
import type { InnerUse } from '../../contracts/plugin.ts';
import { overRows } from '../../math/optimizers/over-rows.ts';
import type { PluginUse, RunSpec } from '../../experiment/spec/spec.ts';
import type { RunContext } from './run-context.ts';
import { resolveInnerUse } from '../../plugins/resolve-inner-use.ts';
import type { OptimizedGroup } from './session.ts';

/**
 * Groups trainable parameters by the optimizer that serves them: the run's own, or the one that a parameter's group
 * names.
 *
 * @param since the first step that trains a parameter, by its name; it belongs to no group where none does
 * @param make makes the optimizer of a group by the group's name (empty: the run's own)
 * @param rateAt the schedule's rate at any step
 * @throws AblateError PLUGIN_OPTIONS where a group's optimizer refuses its options
 */
export async function optimizerGroups(
  parameters: readonly Parameter[],
  spec: RunSpec,
  since: (name: string) => number,
  make: (group: string, use: PluginUse) => Promise<Optimizer>,
  rateAt: (step: number) => number,
  runContext: RunContext,
): Promise<OptimizedGroup[]> {
  const byOptimizer = new Map<string, { readonly since: number; readonly members: Parameter[] }>();
  for (const parameter of parameters.filter(({ trainable }) => trainable)) {
    const first = since(parameter.name);
    if (first === Infinity) continue;
    // What is trained later has an optimizer of its own, whose steps count from its first.
    const key = `${first > 0 ? first : ''}${parameter.group?.optimizer ? JSON.stringify(parameter.group.optimizer) : ''}`;
    const group = byOptimizer.get(key) ?? { since: first, members: [] };
    group.members.push(parameter);
    byOptimizer.set(key, group);
  }
  const groups: OptimizedGroup[] = [];
  for (const [key, { since: first, members }] of byOptimizer) {
    const own = members[0]!.group?.optimizer as InnerUse | undefined;
    const made = await make(key, own ? await resolveInnerUse('optimizer', own, runContext) : spec.optimizer);
    const optimizer = members.some(({ rows }) => rows) ? overRows(made, rateAt) : made;
    optimizer.prepare(members);
    groups.push({ optimizer, parameters: members, since: first });
  }
  return groups;
}
