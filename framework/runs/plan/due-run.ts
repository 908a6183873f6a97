import type { SpecChange } from './changed-spec.ts';
import type { PlacedRun } from './folders-of-runs.ts';

/** A run of a plan and whether it is to run now. */
export interface DueRun extends PlacedRun {
  /**
   * What its folder says; `waiting` where there is none. `running` also of a run whose process was killed; `stopped`
   * where a search let it go no farther.
   */
  readonly status: 'waiting' | 'running' | 'finished' | 'failed' | 'interrupted' | 'stopped';
  /** Whether it is one of those that `--only` selects; all where nothing is said. */
  readonly selected: boolean;
  readonly due: boolean;
  /**
   * How the data, the plugins or Ablate differ from those that its folder was made with; empty until `withInputChanges`
   * has looked.
   */
  readonly inputs: readonly SpecChange[];
  /** Epochs after which it is to stop, where a search compares on the way. */
  readonly until?: number | undefined;
}
