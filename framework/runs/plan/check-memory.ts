import { join } from 'node:path';
import { MemoryEstimator } from '../../training/memory-estimate/memory-estimator.ts';
import { requireSweepMemory } from '../../training/memory-estimate/require-sweep-memory.ts';
import { maxKinds, sweepMemory, type KindOfRun } from '../../training/memory-estimate/sweep-memory.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { dueRuns, type DueOptions } from './due-runs.ts';
import { knownRuns } from './known-runs.ts';

/** How the memory of sweeps is checked. */
export type MemoryCheck = DueOptions & {
  /** Folder that experiments are kept in. */
  readonly out: string;
  /** Whether what cannot fit is let through. */
  readonly lenient: boolean;
  readonly onNote: (line: string) => void;
};

/** Milliseconds after which it is reported why nothing begins. */
const patience = 10_000;

/**
 * Estimates all that is due of some plans before the first of it runs, and refuses what cannot fit. A single run is not
 * estimated: it would be no sooner known than by its own first step.
 *
 * @returns the kinds of run that are due
 * @throws AblateError TOO_LARGE; USAGE where `only` names no run
 */
export async function checkMemory(
  plans: readonly Plan[],
  { out, lenient, onNote, ...choice }: MemoryCheck,
): Promise<KindOfRun[]> {
  const due: ReadonlySet<string>[] = [];
  for (const plan of plans) {
    const parent = join(out, plan.name);
    const runs = await dueRuns(await knownRuns(plan, parent), parent, choice);
    due.push(new Set(runs.filter((run) => run.due).map(({ run }) => run.id)));
  }
  const estimator = new MemoryEstimator();
  const all: KindOfRun[] = [];
  // Data that take long to open take as long here; most do not, and nothing is said of them.
  const waiting = setTimeout(
    () => onNote('Estimating what the runs will take in memory; --no-memory-check begins without.'),
    patience,
  );
  for (const [index, plan] of plans.entries()) {
    const isSingle = plans.length === 1 && !plan.study && due[0]!.size < 2;
    if (due[index]!.size === 0 || isSingle) continue;
    const kinds = await sweepMemory(plan, due[index]!, estimator).finally(() => clearTimeout(waiting));
    if (kinds.length === maxKinds)
      onNote(`${plan.name} has many kinds of run; the memory of ${maxKinds} of them is estimated.`);
    if (!lenient) await requireSweepMemory(plan.name, kinds, onNote);
    all.push(...kinds);
  }
  clearTimeout(waiting);
  return all;
}
