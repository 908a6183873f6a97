import type { RunEvent } from '../../contracts/run-event.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import type { FollowRuns } from '../../analysis/watch/follow-runs.ts';
import { watchInTerminal, type TerminalWatch } from '../../analysis/watch/terminal-watch.ts';

/**
 * Shows runs that train side by side: all of them in one table, what should be read in lines of its own. Writes to
 * standard error only.
 */
export class WorkersProgress {
  readonly #terminal: TerminalWatch;

  constructor(runs: FollowRuns) {
    this.#terminal = watchInTerminal(runs);
  }

  /** Takes an event of a run; the table has its numbers from the journals. */
  show(run: PlannedRun, event: RunEvent): void {
    if (event.type === 'warning') this.note(`${run.label}: Warning: ${event.message}`);
  }

  /** A line of its own, above the table. */
  note(line: string): void {
    this.#terminal.note(redactSecrets(line));
  }

  /** Shows how all stands at the end. */
  close(): void {
    this.#terminal.close();
  }
}
