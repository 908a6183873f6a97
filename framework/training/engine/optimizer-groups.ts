import type { Optimizer } from '../../contracts/optimizer.ts';
import type { Parameter } from '../../contracts/parameter.ts';
import type { InnerUse } from '../../contracts/plugin.ts';
import { overRows } from '../../math/optimizers/over-rows.ts';
import type { PluginUse, RunSpec } from '../../experiment/spec/spec.ts';
import type { RunContext } from './run-context.ts';
import { resolveInnerUse } from '../../plugins/resolve-inner-use.ts';
import type { OptimizedGroup } from './session.ts';

/**
 * Trainable parameters by the optimizer that serves them: the run's own, or the one that a parameter's group names.
 *
 * @param make makes the optimizer of a group by the group's name (empty: the run's own)
 * @param rateAt the schedule's rate at any step
 * @throws AblateError PLUGIN_OPTIONS where a group's optimizer refuses its options
 */
export async function optimizerGroups(
  parameters: readonly Parameter[],
  spec: RunSpec,
  make: (group: string, use: PluginUse) => Promise<Optimizer>,
  rateAt: (step: number) => number,
  runContext: RunContext,
): Promise<OptimizedGroup[]> {
  const byOptimizer = new Map<string, Parameter[]>();
  for (const parameter of parameters.filter(({ trainable }) => trainable)) {
    const key = parameter.group?.optimizer ? JSON.stringify(parameter.group.optimizer) : '';
    byOptimizer.set(key, [...(byOptimizer.get(key) ?? []), parameter]);
  }
  const groups: OptimizedGroup[] = [];
  for (const [key, members] of byOptimizer) {
    const made = await make(
      key,
      key === '' ? spec.optimizer : await resolveInnerUse('optimizer', JSON.parse(key) as InnerUse, runContext),
    );
    const optimizer = members.some(({ rows }) => rows) ? overRows(made, rateAt) : made;
    optimizer.prepare(members);
    groups.push({ optimizer, parameters: members });
  }
  return groups;
}
