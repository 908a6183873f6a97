import type { RunStatus } from '../engine/run-event.ts';

/** How one run of a plan ended. */
export interface RunOutcome {
  readonly id: string;
  /** What distinguishes the run from its siblings. */
  readonly name: string;
  /** Absolute path of the run's folder. */
  readonly dir: string;
  readonly status: RunStatus;
  readonly seed: number;
  /** Final metrics of the test role; validation's with the prefix `validation/`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Median over the run's steps; null before the first step. */
  readonly millisecondsPerStep: number | null;
  /** Matrix path → value. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string };
}
