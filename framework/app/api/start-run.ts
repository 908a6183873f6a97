import { resolve } from 'node:path';
import type { KindOfRun } from '../../training/memory-estimate/sweep-memory.ts';
import type { RunOptions } from '../../runs/plan/run-options.ts';
import type { PlanReport } from '../../runs/execute/run-plan.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { registerHooks } from '../../plugins/register-hooks.ts';
import type { LibraryEvent, RunSettings } from './run-settings.ts';

/**
 * Loads a spec and runs it. What it takes is imported here and not before: most who import `ablate-ml` are plugins.
 *
 * @throws AblateError as `loadPlan` and `runPlan`
 */
export async function startRun(
  spec: string,
  settings: RunSettings,
  signal: AbortSignal,
  emit: (event: LibraryEvent) => void,
): Promise<PlanReport> {
  await registerHooks();
  const [{ createCatalogue }, { loadPlan }, { Inspections }, { inspectDue }, { checkMemory }, { runPlan }] =
    await Promise.all([
      import('../../plugins/load-catalogue.ts'),
      import('../../experiment/spec/load-plan.ts'),
      import('../../experiment/spec/inspections.ts'),
      import('../../runs/execute/inspect-due.ts'),
      import('../../runs/plan/check-memory.ts'),
      import('../../runs/execute/run-plan.ts'),
    ]);
  const {
    profiles = [],
    set = {},
    device,
    out = 'runs',
    workers,
    resume = false,
    fresh = false,
    keep = false,
    memoryCheck = true,
    trust,
  } = settings;
  const onNote = (message: string): void => emit({ type: 'note', message: message.trim() });
  const catalogue = await createCatalogue({ trust });
  const all = device === undefined ? set : { ...set, device };
  const inspections = new Inspections();
  const plan = await loadPlan(spec, {
    catalogue,
    inspections,
    profiles,
    set: Object.entries(all).map(([path, value]) => `${path}=${JSON.stringify(value)}`),
  });
  await inspectDue([plan], inspections, { out: resolve(out), resume, fresh, keep });
  const estimate = (): Promise<KindOfRun[]> =>
    checkMemory([plan], { out: resolve(out), resume, fresh, lenient: !memoryCheck, onNote });
  const kinds = memoryCheck ? await estimate() : undefined;
  const options: RunOptions = {
    catalogue,
    out: resolve(out),
    resume,
    fresh,
    keep,
    signal,
    onEvent: ({ id, label, point }, event) => emit({ ...event, run: { id, label, point } }),
    onNote,
  };
  return workers === undefined
    ? runPlan(plan, options)
    : sideBySide(plan, options, workers, async () => kinds ?? estimate());
}

async function sideBySide(
  plan: Plan,
  options: RunOptions,
  workers: NonNullable<RunSettings['workers']>,
  kinds: () => Promise<readonly KindOfRun[]>,
): Promise<PlanReport> {
  const [{ runPlan }, { workersOf, workerSlots, withThreads }, { WorkerPool }] = await Promise.all([
    import('../../runs/execute/run-plan.ts'),
    import('../../runs/launch/worker-slots.ts'),
    import('../../runs/launch/worker-pool.ts'),
  ]);
  const { signal, onNote } = options;
  const { slots, threads } = await workerSlots([plan], workersOf(String(workers)), { kinds, onNote });
  const pool = new WorkerPool(slots, signal, onNote);
  try {
    return await runPlan(withThreads(plan, threads), { ...options, workers: pool });
  } finally {
    await pool.close();
  }
}
