import type { Device } from '../../devices/devices.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import type { RunEvent } from '../../contracts/run-event.ts';
import type { TrackerOutcome } from '../../contracts/tracker.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import type { SpecChange } from './changed-spec.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import type { LockOptions } from '../../records/run-folder/lock-run-folder.ts';

/** Executes runs elsewhere than in this process, several at a time. */
export interface Workers {
  /** Runs that are executed at a time. */
  readonly size: number;
  /**
   * Executes a run; undefined where the signal came before it could begin. @throws AblateError as `recordRun`;
   * DEVICE_UNAVAILABLE
   */
  record(recorded: Omit<RecordedRun, 'device' | 'runContext'>): Promise<RunSummary | undefined>;
}

/** What a run's tracker says: a warning while the run goes on, or how its projection ended. */
export type TrackerReport =
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'ended'; readonly outcome: TrackerOutcome };

/** How a plan is run. */
export interface RunOptions {
  readonly catalogue: Catalogue;
  /** Folder that experiments are kept in; a run's folder is `<out>/<experiment>/<run id>`. */
  readonly out: string;
  /** Unfinished runs go on from their newest checkpoint. */
  readonly resume: boolean;
  /** They go on although their spec is another than they began with. */
  readonly allowChanges?: boolean;
  /** Finished runs stay as they are although their data or their plugins have changed since. */
  readonly keep?: boolean;
  /** Runs start over, whatever their folders hold. */
  readonly fresh: boolean;
  /** Ids or labels of the runs that alone are to run, `*` for anything; all where it is left out or empty. */
  readonly only?: readonly string[];
  /** Runs that failed run again, from their newest checkpoint where there is one, and no others. */
  readonly failed?: boolean;
  /** Each run tells what its time went into: a picture in its folder, a table as notes. */
  readonly trace?: boolean;
  /** Aborting makes the run under way checkpoint and stop, and no other start. */
  readonly signal: AbortSignal;
  /** What executes the runs; this process, one after another, where it is left out. */
  readonly workers?: Workers;
  /** What a run's lock says of this process, and who knows of other owners. */
  readonly lock?: LockOptions;
  /** Hears the events of all runs. */
  readonly onEvent: (run: PlannedRun, event: RunEvent) => void;
  /** Hears what concerns no single run's training: a run done before, a tracking server out of reach. */
  readonly onNote: (line: string) => void;
  /** Hears what the trackers of the run in a folder say; where it is left out, `onNote` does. */
  readonly onTracker?: (run: PlannedRun, directory: string, report: TrackerReport) => void;
}

/** One run of a plan and where it takes place. */
export interface RecordedRun {
  readonly plan: Plan;
  readonly run: PlannedRun;
  /** The experiment's folder. */
  readonly parent: string;
  readonly device: Device;
  readonly runContext: RunContext;
  readonly options: RunOptions;
  /** Epochs after which it stops, to go on later; it ends in its own time where it is left out. */
  readonly until?: number | undefined;
  /** How the spec differs from the one that the run began with. */
  readonly changes?: readonly SpecChange[];
}
