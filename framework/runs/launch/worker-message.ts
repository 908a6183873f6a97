import type { RunEvent } from '../../contracts/run-event.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { ErrorCode } from '../../base/errors/codes.ts';
import type { SpecChange } from '../plan/changed-spec.ts';
import type { RecordedRun, TrackerReport } from '../plan/run-options.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import type { RankSeat } from '../ranks/meeting.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';

/** A run that a worker is to execute, as it goes through the pipe. */
export interface WorkerTask {
  readonly plan: Omit<Plan, 'runs' | 'study'>;
  readonly run: PlannedRun;
  /** The experiment's folder. */
  readonly parent: string;
  readonly out: string;
  readonly resume: boolean;
  readonly fresh: boolean;
  /** Epochs after which it stops, to go on later. */
  readonly until: number | undefined;
  readonly changes: readonly SpecChange[];
  /** The worker's seat in a run over several processes. */
  readonly seat?: RankSeat;
}

/** Takes what a worker is told of a run that is to be recorded. */
export const taskOf = ({
  plan: { runs: _runs, study: _study, ...plan },
  run,
  parent,
  options: { out, resume, fresh },
  until,
  changes = [],
}: Omit<RecordedRun, 'device' | 'runContext'>): WorkerTask => ({
  plan,
  run,
  parent,
  out,
  resume,
  fresh,
  until,
  changes,
});

/** An error as it goes through the pipe. `code` is absent for one that nobody expected. */
export interface WorkerFault {
  readonly code?: ErrorCode;
  readonly problem: string;
  readonly remedy?: string;
  readonly stack?: string;
}

/** Makes the error that a worker met. */
export function faultError({ code, problem, remedy, stack }: WorkerFault): Error {
  if (code) return new AblateError(code, problem, remedy === undefined ? {} : { remedy });
  return Object.assign(new Error(problem), stack === undefined ? {} : { stack });
}

/** What a worker is told: a run to execute, or to write a checkpoint and stop. */
export type ToWorker = { readonly type: 'run'; readonly task: WorkerTask } | { readonly type: 'stop' };

/** What a worker tells. */
export type FromWorker =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'note'; readonly line: string }
  | { readonly type: 'tracker'; readonly directory: string; readonly report: TrackerReport }
  | { readonly type: 'done'; readonly summary: RunSummary }
  /** A rank other than the first has done its part. */
  | { readonly type: 'departed' }
  /** The run could not be executed at all; a run that failed is `done`. */
  | { readonly type: 'fault'; readonly fault: WorkerFault };
