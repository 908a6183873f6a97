import { resolve } from 'node:path';
import type { KindOfRun } from '../memory/sweep-memory.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { PlanReport } from '../run/run-plan.ts';
import type { Plan } from '../spec/plan.ts';
import { registerHooks } from './register-hooks.ts';
import type { LibraryEvent, RunSettings } from './run.ts';

/**
 * Loads a spec and runs it. What it takes is imported here and not before: most who import `ablate-ml` are plugins.
 *
 * @throws AblateError as `loadPlan` and `runPlan`
 */
export async function startRun(spec: string, settings: RunSettings, signal: AbortSignal, emit: (event: LibraryEvent) => void): Promise<PlanReport> {
  await registerHooks();
  const [{ createCatalogue }, { loadPlan }, { Inspections }, { inspectDue }, { checkMemory }, { runPlan }] = await Promise.all([
    import('../plugins/load-catalogue.ts'), import('../spec/load-plan.ts'), import('../spec/inspections.ts'),
    import('../run/inspect-due.ts'), import('../run/check-memory.ts'), import('../run/run-plan.ts'),
  ]);
  const { set = {}, device, out = 'runs', workers, resume = false, fresh = false, keep = false, memoryCheck = true, trust } = settings;
  const onNote = (message: string): void => emit({ type: 'note', message: message.trim() });
  const catalogue = await createCatalogue({ trust });
  const all = device === undefined ? set : { ...set, device };
  const inspections = new Inspections();
  const plan = await loadPlan(spec, { catalogue, inspections, set: Object.entries(all).map(([path, value]) => `${path}=${JSON.stringify(value)}`) });
  await inspectDue([plan], inspections, { out: resolve(out), resume, fresh, keep });
  const estimate = (): Promise<KindOfRun[]> => checkMemory([plan], { out: resolve(out), resume, fresh, lenient: !memoryCheck, onNote });
  const kinds = memoryCheck ? await estimate() : undefined;
  const options: RunOptions = {
    catalogue, out: resolve(out), resume, fresh, keep, signal,
    onEvent: ({ id, label, point }, event) => emit({ ...event, run: { id, label, point } }),
    onNote,
  };
  return workers === undefined ? runPlan(plan, options) : sideBySide(plan, options, workers, async () => kinds ?? estimate());
}

async function sideBySide(plan: Plan, options: RunOptions, workers: NonNullable<RunSettings['workers']>, kinds: () => Promise<readonly KindOfRun[]>): Promise<PlanReport> {
  const [{ runPlan }, { workersOf, workerSlots, withThreads }, { WorkerPool }] = await Promise.all([import('../run/run-plan.ts'), import('../launch/worker-slots.ts'), import('../launch/worker-pool.ts')]);
  const { signal, onNote } = options;
  const { slots, threads } = await workerSlots([plan], workersOf(String(workers)), { kinds, onNote });
  const pool = new WorkerPool(slots, signal, onNote);
  try {
    return await runPlan(withThreads(plan, threads), { ...options, workers: pool });
  } finally {
    await pool.close();
  }
}
