import type { HistoryComparison } from './compare-histories.ts';
import type { ComparedMetric, Verdict } from './compare-metrics.ts';
import type { Difference } from '../../experiment/spec/difference.ts';

/** What came of making a run again; `reproduction.json` of the new run's folder. */
export interface ReproductionReport {
  readonly version: 1;
  /** The run that was made again. */
  readonly original: { readonly id: string; readonly uuid: string; readonly status: string };
  /**
   * What became of a test set that a protocol opens once: `locked`, and the runs are compared without it; null where
   * there is none.
   */
  readonly test: 'locked' | 'opened again' | null;
  /** Folder and end of the new run; null where nothing was run. */
  readonly reproduction: {
    readonly dir: string;
    readonly status: string;
    readonly error?: { readonly code: string; readonly message: string };
  } | null;
  /** What is otherwise here than it was there. */
  readonly differences: readonly Difference[];
  readonly metrics: readonly ComparedMetric[];
  readonly history: HistoryComparison | null;
  /** Null where nothing was run, or it was stopped. */
  readonly verdict: Verdict | null;
  /** The likely cause; null where the runs are identical or there is no verdict. */
  readonly cause: string | null;
}
