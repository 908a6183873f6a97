import type { RunEvent } from '../engine/run-event.ts';
import type { PlanReport } from '../run/run-plan.ts';
import { EventQueue } from './event-queue.ts';
import { startRun } from './start-run.ts';

/** How `run` runs a spec; what is left out is as `ablate run` has it. */
export interface RunSettings {
  /** Overrides by path: `{'losses.1.center.lambda': 0.01, seed: 3}`, as `--set` does. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Folder that experiments are kept in; `runs` in the working folder. */
  readonly out?: string;
  /** `tensorflow-gpu`, `tensorflow`, `webgpu`, `wasm`, `cpu` or `auto`, instead of the spec's. */
  readonly device?: string;
  /** Processes that run side by side, one a GPU or a share of the processors, as `--workers` has it; runs one after another in this process where it is left out. */
  readonly workers?: number | 'auto';
  /** Goes on with unfinished runs from their newest checkpoint. */
  readonly resume?: boolean;
  /** Starts over, whatever the run folders hold. */
  readonly fresh?: boolean;
  /** Finished runs stay as they are although their data or their plugins have changed since; without it that is refused. */
  readonly keep?: boolean;
  /** `false` begins a sweep without estimating first whether each of its runs fits into memory, as `--no-memory-check` does. */
  readonly memoryCheck?: boolean;
  /** Runs plugins that the spec names and the project of the working folder does not list, as `--trust` does. */
  readonly trust?: boolean;
  /** Aborting it writes a checkpoint and stops. */
  readonly signal?: AbortSignal;
}

/** The run that an event is about. */
export interface RunOfEvent {
  /** Name of its folder. */
  readonly id: string;
  /** What distinguishes it from its siblings: `softmax + center · seed 2`. */
  readonly label: string;
  /** Matrix path → this run's value. */
  readonly point: Readonly<Record<string, unknown>>;
}

/** What happens as a spec is run: an event of one of its runs, or a note about none of them. Told apart by `type`. */
export type LibraryEvent = (RunEvent & { readonly run: RunOfEvent }) | { readonly type: 'note'; readonly message: string };

/** A spec being run. Iterating gives its events in order, once; ending the loop early writes a checkpoint and stops. */
export interface SpecRun extends AsyncIterable<LibraryEvent> {
  /**
   * What came of it, whether or not anybody iterates: each run's status, metrics and folder. Rejects with an `AblateError` where
   * nothing could start; a run that failed is an outcome.
   */
  readonly report: Promise<PlanReport>;
}

/**
 * Runs every point of a spec, as `ablate run` does, for scripts and notebooks. It begins at once.
 *
 * @param spec path of a spec file
 * @throws AblateError from the iteration and from `report`: whatever keeps the first run from starting
 * @example
 * for await (const event of run('experiments/quickstart.yaml', { set: { 'train.epochs': 2 } })) {
 *   if (event.type === 'epoch') console.log(event.run.label, event.epoch, event.metrics);
 * }
 */
export function run(spec: string, settings: RunSettings = {}): SpecRun {
  const queue = new EventQueue<LibraryEvent>();
  const stop = new AbortController();
  settings.signal?.addEventListener('abort', () => stop.abort(), { once: true });
  if (settings.signal?.aborted) stop.abort();
  const report = startRun(spec, settings, stop.signal, (event) => queue.push(event));
  report.then(() => queue.end(), (error: unknown) => queue.end(error));
  return {
    report,
    async *[Symbol.asyncIterator]() {
      let complete = false;
      try {
        yield* queue;
        complete = true;
      } finally {
        // A loop that was left: the run ends in order before the caller goes on.
        if (!complete) {
          stop.abort();
          await report.catch(() => undefined);
        }
      }
    },
  };
}
