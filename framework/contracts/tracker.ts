import type { RunFolder } from './run-folder.ts';

/**
 * Projects a run's folder to a tracking server. It reads the journal, never the engine: the journal on disk is the
 * truth. A tracker never makes training wait or fail.
 */
export interface Tracker {
  /** Called once when the run's folder exists and its journal has begun. Starts projecting in the background. */
  start(run: RunFolder): void;
  /** Called after the journal's last event; resolves when all has arrived, or tells what has not. Never rejects. */
  finish(): Promise<TrackerOutcome>;
  /**
   * Fetches the files that a run left on the server (`spec.yaml`, `provenance.json`, `summary.json`, `journal.jsonl`,
   * patches) into a folder, where the server keeps files.
   *
   * @param id the server's own name of the run
   * @param withPictures what its figures are drawn from too, as far as it is there: `figures/*.json`, `embeddings/`
   * @throws AblateError TRACKER_REFUSED where the server has no such run or not all of these
   */
  fetch?(id: string, directory: string, withPictures?: boolean): Promise<void>;
  /**
   * The server's names of an experiment's runs, the oldest first; undefined where it has no such experiment.
   *
   * @throws AblateError TRACKER_REFUSED
   */
  runsOf?(experiment: string): Promise<readonly string[] | undefined>;
}

/** How a projection ended. */
export interface TrackerOutcome {
  readonly complete: boolean;
  /** Where the run can be seen. */
  readonly url?: string;
  /** Why it is not complete, and the command that completes it. */
  readonly problem?: string;
}
