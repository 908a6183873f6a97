import os from 'node:os';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { fittingWorkers, type FittingOptions } from './fitting-workers.ts';
import { visibleGpus } from '../../devices/visible-gpus.ts';

/** How many runs at a time: a number, or as many as the machine has room for. */
export type WorkerCount = number | 'auto';

/** Where runs are to be executed, and by which threads. */
export interface WorkerLayout {
  /** What each worker's environment has beside this process's. */
  readonly slots: readonly Readonly<Record<string, string>>[];
  /** Threads of runs whose spec names none: the same for all, so that no number depends on who computed it. */
  readonly threads: number;
}

/** Reads what `--workers` says. @throws AblateError USAGE */
export function workersOf(text: string): WorkerCount {
  if (text === 'auto') return text;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1024) return count;
  throw new AblateError('USAGE', `--workers ${text} is no number of processes.`, {
    remedy: 'Give a whole number from 1 on, or auto.',
  });
}

/**
 * Divides the machine among workers: a GPU each, where runs may compute on GPUs and there are any; else as many
 * processors each as its runs have threads, and on `auto` no more than fit into memory. What a spec says of threads
 * stays; specs that say nothing get an equal share of the processors.
 */
export async function workerSlots(
  plans: readonly Plan[],
  workers: WorkerCount,
  fitting: FittingOptions,
): Promise<WorkerLayout> {
  const runs = plans.flatMap((plan) => plan.runs);
  const gpus = runs.some(({ spec }) => spec.device === 'auto' || spec.device === 'tensorflow-gpu')
    ? await visibleGpus()
    : [];
  if (gpus.length > 0)
    return onGpus(
      gpus.map(({ name }) => name),
      workers === 'auto' ? Math.min(gpus.length, runs.length) : workers,
    );
  const processors = os.availableParallelism();
  const pinned = plans
    .filter(({ pinsThreads }) => pinsThreads)
    .flatMap((plan) => plan.runs.map(({ spec }) => spec.threads));
  const most = Math.max(0, ...pinned);
  const room = Math.max(1, Math.min(runs.length, most > 0 ? Math.floor(processors / most) : processors));
  const count = workers !== 'auto' ? workers : room > 1 ? await fittingWorkers(room, fitting) : room;
  return { slots: Array.from({ length: count }, () => ({})), threads: Math.max(1, Math.floor(processors / count)) };
}

/** Workers that share a GPU take its memory as they need it, and not all of it at once. */
function onGpus(names: readonly string[], count: number): WorkerLayout {
  const shared = count > names.length;
  const slots = Array.from({ length: count }, (_, index) => ({
    CUDA_VISIBLE_DEVICES: names[index % names.length]!,
    ...(shared && { TF_FORCE_GPU_ALLOW_GROWTH: 'true' }),
  }));
  return { slots, threads: Math.max(1, Math.floor(os.availableParallelism() / count)) };
}

/** Copies the plan with the threads of the layout, where it pins none itself. */
export function withThreads(plan: Plan, threads: number): Plan {
  if (plan.pinsThreads) return plan;
  return { ...plan, runs: plan.runs.map((run) => ({ ...run, spec: { ...run.spec, threads } })) };
}
