import { resolve } from 'node:path';
import type { PlanReport } from '../run/run-plan.ts';
import { registerHooks } from './register-hooks.ts';
import type { LibraryEvent, RunSettings } from './run.ts';

/**
 * Loads a spec and runs it. What it takes is imported here and not before: most who import `ablate-ml` are plugins.
 *
 * @throws AblateError as `loadPlan` and `runPlan`
 */
export async function startRun(spec: string, settings: RunSettings, signal: AbortSignal, emit: (event: LibraryEvent) => void): Promise<PlanReport> {
  await registerHooks();
  const [{ createCatalogue }, { loadPlan }, { checkMemory }, { runPlan }] = await Promise.all([import('../plugins/load-catalogue.ts'), import('../spec/load-plan.ts'), import('../run/check-memory.ts'), import('../run/run-plan.ts')]);
  const { set = {}, device, out = 'runs', resume = false, fresh = false, memoryCheck = true, trust } = settings;
  const onNote = (message: string): void => emit({ type: 'note', message: message.trim() });
  const catalogue = await createCatalogue({ trust });
  const all = device === undefined ? set : { ...set, device };
  const plan = await loadPlan(spec, { catalogue, set: Object.entries(all).map(([path, value]) => `${path}=${JSON.stringify(value)}`) });
  if (memoryCheck) await checkMemory([plan], { out: resolve(out), resume, fresh, lenient: false, onNote });
  return runPlan(plan, {
    catalogue, out: resolve(out), resume, fresh, signal,
    onEvent: ({ id, label, point }, event) => emit({ ...event, run: { id, label, point } }),
    onNote,
  });
}
