import { join } from 'node:path';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import type { Inspections } from '../../experiment/spec/inspections.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { SpecError } from '../../experiment/spec/spec-error.ts';
import type { PluginUse } from '../../experiment/spec/spec.ts';
import { usesOf } from '../../records/provenance/plugin-facts.ts';
import { dueRuns, type DueOptions } from '../plan/due-runs.ts';
import { knownRuns } from '../plan/known-runs.ts';

/** Which runs are due, of experiments kept in the folder `out`. */
type Choice = DueOptions & { readonly out: string };

/**
 * Looks at the files that due runs of plans read, before the first of them starts. What is beside faults is reported by
 * the runs themselves.
 *
 * @param inspections of these plans
 * @throws SpecError with all faults
 */
export async function inspectDue(
  plans: readonly Plan[],
  inspections: Inspections,
  { out, ...choice }: Choice,
): Promise<void> {
  const due = new Set<string>();
  let isStudied = false;
  for (const plan of plans) {
    const parent = join(out, plan.name);
    const runs = (await dueRuns(await knownRuns(plan, parent), parent, choice)).filter((run) => run.due);
    for (const {
      run: { spec },
    } of runs)
      for (const { kind, use } of usesOf(spec)) due.add(keyOf(kind, use));
    // Which runs a study will come to is not known yet.
    isStudied ||= runs.length > 0 && plan.study !== undefined;
  }
  const faults = await inspections.faults({
    cacheDirectory: cacheDirectory(),
    warn: () => undefined,
    isWanted: (kind, use) => isStudied || due.has(keyOf(kind, use)),
  });
  if (faults.length > 0) throw new SpecError(faults);
}

const keyOf = (kind: string, { plugin, options }: PluginUse): string => JSON.stringify([kind, plugin, options]);
