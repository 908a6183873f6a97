import { problemOf } from '../../base/errors/problem-of.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { syncRun } from '../../records/sync/sync-run.ts';
import type { RunOptions, TrackerReport } from '../plan/run-options.ts';
import { trackerNote } from '../plan/tell-tracker.ts';

/**
 * Runs of a plan that a tracking server lacks. They are brought there as soon as another run arrives, or when the plan
 * is over; what is left is reported once, with one command for all.
 */
export class TrackingBacklog {
  readonly #parent: string;
  readonly #options: RunOptions;
  readonly #onlyAtEnd: boolean;
  /** Folder → why it is not complete. */
  readonly #open = new Map<string, string>();
  readonly #said = new Set<string>();
  /** Whether the last run that ended has arrived. */
  #answers = false;
  #work: Promise<void> = Promise.resolve();

  /**
   * @param parent the experiment's folder
   * @param onlyAtEnd for runs that may go on later: they would find their folder in use
   */
  constructor(parent: string, options: RunOptions, onlyAtEnd: boolean) {
    this.#parent = parent;
    this.#options = options;
    this.#onlyAtEnd = onlyAtEnd;
  }

  /** Takes what a run's tracker says. A warning is reported once a plan. */
  readonly hear = (run: PlannedRun, directory: string, report: TrackerReport): void => {
    if (report.type === 'ended') this.#answers = report.outcome.complete;
    if (report.type === 'ended' && !report.outcome.complete)
      return void this.#open.set(directory, report.outcome.problem ?? 'Its tracker has not sent all of it.');
    const note = trackerNote(report);
    if (note === undefined) return;
    if (report.type === 'warning') {
      // The reason in brackets may be another in each run: refused, reset, timed out.
      const words = note.replace(/\([^)]*\)/g, '');
      if (this.#said.has(words)) return;
      this.#said.add(words);
    }
    // Of runs side by side, each line names its own.
    this.#options.onNote(this.#options.workers ? note.replace(/^ {2}/, () => `${run.label || run.spec.name}: `) : note);
  };

  /** Catches up where a run has just arrived; call it when a run has ended and let its folder go. */
  catchUp(): Promise<void> {
    return this.#onlyAtEnd ? Promise.resolve() : this.#inTurn();
  }

  /** Catches up with what is left, and tells what then is. */
  async close(): Promise<void> {
    await this.#inTurn();
    const left = [...this.#open];
    // The command that a tracker names for one run serves the folder of all of them.
    const problems = new Set(
      left.map(([folder, problem]) => (left.length > 1 ? problem.replaceAll(folder, this.#parent) : problem)),
    );
    const count = left.length > 1 ? `${left.length} runs are not on their tracking server yet. ` : '';
    for (const problem of problems) this.#options.onNote(`  ${count}${problem}`);
  }

  #inTurn(): Promise<void> {
    return (this.#work = this.#work.then(() => this.#sync()));
  }

  async #sync(): Promise<void> {
    const { catalogue, signal, onNote } = this.#options;
    let arrived = 0;
    for (const directory of [...this.#open.keys()]) {
      if (!this.#answers || signal.aborted) break;
      try {
        const { outcomes } = await syncRun(runFolderAt(directory), catalogue);
        const lacking = outcomes.find(({ complete }) => !complete);
        this.#answers = !lacking;
        if (lacking) this.#open.set(directory, lacking.problem ?? this.#open.get(directory)!);
        else if (this.#open.delete(directory)) arrived++;
      } catch (error) {
        // What is wrong with one folder keeps no other from the server.
        this.#open.set(directory, problemOf(error));
      }
    }
    if (arrived > 0)
      onNote(`  ${arrived === 1 ? 'One run' : `${arrived} runs`} that the tracking server lacked: there now.`);
  }
}
