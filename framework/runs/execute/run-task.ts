import type { RunFolder } from '../../contracts/run-folder.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import type { RunListener } from '../../contracts/run-event.ts';
import type { Spans } from '../../training/engine/spans.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';

/** What one run needs beside its plan. */
export interface RunTask {
  readonly run: PlannedRun;
  readonly folder: RunFolder;
  readonly runContext: RunContext;
  /** What the device calls itself, for the record. */
  readonly device: string;
  readonly resume: boolean;
  /** Epochs after which it stops with a checkpoint; it may go on later. */
  readonly until?: number | undefined;
  readonly signal: AbortSignal;
  readonly emit: RunListener;
  /** Waits until every event so far is on the disk. */
  readonly flush: () => void;
  /** Hears what the time goes into. */
  readonly spans?: Spans | undefined;
}
