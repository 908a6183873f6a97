import { availableParallelism } from 'node:os';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { Inspections } from '../../experiment/spec/inspections.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { inspectDue } from '../../runs/execute/inspect-due.ts';
import { runPlan, type PlanReport } from '../../runs/execute/run-plan.ts';
import { workerSlots, withThreads, type WorkerCount } from '../../runs/launch/worker-slots.ts';
import { checkMemory } from '../../runs/plan/check-memory.ts';
import type { RunOptions } from '../../runs/plan/run-options.ts';
import type { KindOfRun } from '../../training/memory-estimate/sweep-memory.ts';

/** Specs that were read and checked, and what reading them found out. */
export interface LoadedSpecs {
  readonly catalogue: Catalogue;
  readonly plans: readonly Plan[];
  readonly inspections: Inspections;
}

/** Who follows the runs, from before the first one starts. */
export interface RunListeners extends Pick<RunOptions, 'signal' | 'onEvent' | 'onNote'> {
  /** Hears how a plan ended, before the next one begins; where plans run in workers, all at once, nobody does. */
  readonly onReport?: (plan: Plan, report: PlanReport) => void;
}

/** How specs are run, by the command and by `run()` alike. */
export interface RunSpecsSettings
  extends Pick<RunOptions, 'out' | 'resume' | 'allowChanges' | 'fresh' | 'keep' | 'only' | 'failed' | 'trace'> {
  /** Processes that run side by side; this one, a run after another, where it is left out. */
  readonly workers?: WorkerCount | undefined;
  /** Whether it is an error that a run does not fit into memory; else it is a note. */
  readonly memoryCheck: boolean;
  /** Hears what is found out before the runs start. */
  readonly onNote: (line: string) => void;
  /** Is told what is to run, and gives who listens. */
  readonly onStart: (plans: readonly Plan[], inWorkers: boolean) => RunListeners | Promise<RunListeners>;
}

/**
 * Reads and checks specs, all with the same overrides.
 *
 * @param profiles names of profiles, merged over each spec in their order
 * @param set `path=value` as `--set` has it
 * @throws AblateError as `loadPlan`
 */
export async function loadSpecs(
  files: readonly string[],
  {
    profiles,
    set,
    trust,
  }: { readonly profiles: readonly string[]; readonly set: readonly string[]; readonly trust?: boolean | undefined },
): Promise<LoadedSpecs> {
  const catalogue = await createCatalogue({ trust });
  const inspections = new Inspections();
  const plans: Plan[] = [];
  for (const file of files) plans.push(await loadPlan(file, { profiles, set, catalogue, inspections }));
  return { catalogue, plans, inspections };
}

/**
 * Runs all that is due of specs: looks at their data, estimates their memory, shares the machine out, then runs each
 * plan.
 *
 * @throws AblateError as `inspectDue`, `checkMemory`, `workerSlots` and `runPlan`
 */
export async function runSpecs(
  { catalogue, plans: loaded, inspections }: LoadedSpecs,
  { workers, memoryCheck, onNote, onStart, ...choice }: RunSpecsSettings,
): Promise<readonly PlanReport[]> {
  const ranks = Math.max(...loaded.flatMap((plan) => plan.runs.map(({ spec }) => spec.train.ranks ?? 1)));
  if (ranks > 1 && workers !== undefined)
    throw new AblateError('USAGE', 'A run goes over several processes (train.ranks), and workers share the machine.', {
      remedy: 'Give one of --ranks and --workers.',
    });
  await inspectDue(loaded, inspections, choice);
  const memory = (): Promise<KindOfRun[]> => checkMemory(loaded, { ...choice, lenient: !memoryCheck, onNote });
  const kinds = memoryCheck ? await memory() : undefined;
  const layout =
    workers === undefined
      ? undefined
      : await workerSlots(loaded, workers, { kinds: async () => kinds ?? memory(), onNote });
  const threads = layout?.threads ?? (ranks > 1 ? Math.max(1, Math.floor(availableParallelism() / ranks)) : undefined);
  const plans = threads === undefined ? loaded : loaded.map((plan) => withThreads(plan, threads));
  const { onReport, ...listeners } = await onStart(plans, layout !== undefined);
  const options: RunOptions = { catalogue, ...choice, ...listeners };
  if (ranks > 1) {
    if (choice.trace)
      throw new AblateError('USAGE', '--trace follows one process, and the run goes over several (train.ranks).', {
        remedy: 'Leave it out, or trace the run with train.ranks left out.',
      });
    const { RankPool } = await import('../../runs/launch/rank-pool.ts');
    return inTurn(plans, { ...options, workers: new RankPool(listeners.signal, listeners.onNote) }, onReport);
  }
  if (!layout) return inTurn(plans, options, onReport);
  const { WorkerPool } = await import('../../runs/launch/worker-pool.ts');
  const pool = new WorkerPool(layout.slots, listeners.signal, listeners.onNote);
  try {
    return await atOnce(plans, { ...options, workers: pool }, pool);
  } finally {
    await pool.close();
  }
}

async function inTurn(
  plans: readonly Plan[],
  options: RunOptions,
  onReport: RunListeners['onReport'],
): Promise<PlanReport[]> {
  const reports: PlanReport[] = [];
  for (const plan of plans) {
    const report = await runPlan(plan, options);
    reports.push(report);
    onReport?.(plan, report);
  }
  return reports;
}

/**
 * All plans at once, their runs in the same workers. Where one cannot be run, the others end in order before that is
 * reported.
 */
async function atOnce(plans: readonly Plan[], options: RunOptions, pool: { halt(): void }): Promise<PlanReport[]> {
  const ends = await Promise.allSettled(
    plans.map((plan) =>
      runPlan(plan, options).catch((cause: unknown) => {
        pool.halt();
        throw cause;
      }),
    ),
  );
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
