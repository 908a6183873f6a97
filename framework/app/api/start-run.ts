import { resolve } from 'node:path';
import { registerHooks } from '../../plugins/register-hooks.ts';
import type { PlanReport } from '../../runs/execute/run-plan.ts';
import type { LibraryEvent, RunSettings } from './run-settings.ts';

/**
 * Loads a spec and runs it. What it takes is imported here and not before: most who import `ablate-ml` are plugins.
 *
 * @throws AblateError as `loadSpecs` and `runSpecs`
 */
export async function startRun(
  spec: string,
  settings: RunSettings,
  signal: AbortSignal,
  emit: (event: LibraryEvent) => void,
): Promise<PlanReport> {
  await registerHooks();
  const [{ loadSpecs, runSpecs }, { workersOf }] = await Promise.all([
    import('./run-specs.ts'),
    import('../../runs/launch/worker-slots.ts'),
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
  const all = device === undefined ? set : { ...set, device };
  const loaded = await loadSpecs([spec], {
    profiles,
    set: Object.entries(all).map(([path, value]) => `${path}=${JSON.stringify(value)}`),
    trust,
  });
  const [report] = await runSpecs(loaded, {
    out: resolve(out),
    workers: workers === undefined ? undefined : workersOf(String(workers)),
    resume,
    fresh,
    keep,
    memoryCheck,
    onNote,
    onStart: () => ({
      signal,
      onEvent: ({ id, label, point }, event) => emit({ ...event, run: { id, label, point } }),
      onNote,
    }),
  });
  return report!;
}
