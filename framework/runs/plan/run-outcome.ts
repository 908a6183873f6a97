import type { RunFolder } from '../../contracts/run-folder.ts';
import type { RunStatus } from '../../contracts/run-event.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import { foldOfSplit, type RunFold } from '../../experiment/spec/run-fold.ts';

/** How one run of a plan ended. */
export interface RunOutcome {
  readonly id: string;
  /** What distinguishes the run from its siblings. */
  readonly name: string;
  /** Absolute path of the run's folder. */
  readonly dir: string;
  readonly status: RunStatus;
  readonly seed: number;
  /** Which fold it held out and of how many, where its data set is split so. */
  readonly fold?: RunFold | undefined;
  /** Final metrics of the test role; validation's with the prefix `validation/`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Median over the run's steps; null before the first step. */
  readonly millisecondsPerStep: number | null;
  /** Matrix path → value. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Reads what a run's folder says of its end. */
export function runOutcome(
  { label, point, spec }: PlannedRun,
  folder: RunFolder,
  { status, metrics, millisecondsPerStep, error }: RunSummary,
): RunOutcome {
  const fold = foldOfSplit(spec.dataset.options['split']);
  return {
    id: folder.id,
    name: label || spec.name,
    dir: folder.directory,
    status: status === 'running' ? 'interrupted' : status,
    seed: spec.seed,
    metrics,
    millisecondsPerStep,
    point,
    ...(fold && { fold }),
    ...(error && { error }),
  };
}
