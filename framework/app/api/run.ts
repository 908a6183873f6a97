import type { RunSettings, LibraryEvent } from './run-settings.ts';
import type { PlanReport } from '../../runs/execute/run-plan.ts';
import { EventQueue } from './event-queue.ts';
import { startRun } from './start-run.ts';

/** A spec being run. Iterating gives its events in order, once; ending the loop early writes a checkpoint and stops. */
export interface SpecRun extends AsyncIterable<LibraryEvent> {
  /**
   * What came of it, whether or not anybody iterates: each run's status, metrics and folder. Rejects with an
   * `AblateError` where nothing could start; a run that failed is an outcome.
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
  report.then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
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
