import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import type { RunOptions, TrackerReport } from './run-options.ts';

/** Says a report in a line; undefined where there is nothing to say. */
export function trackerNote(report: TrackerReport): string | undefined {
  if (report.type === 'warning') return report.message;
  const { complete, url, problem } = report.outcome;
  const said = complete ? url && `tracked at ${url}` : problem;
  return said && `  ${said}`;
}

/** Tells a report to who listens for those of trackers, else as a note. */
export function tellTracker(
  { onTracker, onNote }: Pick<RunOptions, 'onTracker' | 'onNote'>,
  run: PlannedRun,
  directory: string,
  report: TrackerReport,
): void {
  if (onTracker) return onTracker(run, directory, report);
  const note = trackerNote(report);
  if (note !== undefined) onNote(note);
}
