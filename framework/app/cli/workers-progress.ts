import type { RunEvent } from '../../contracts/run-event.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import type { FollowRuns } from '../../analysis/watch/follow-runs.ts';
import { warningLine } from './warning-line.ts';
import { watchInTerminal, type TerminalWatch } from '../../analysis/watch/terminal-watch.ts';

/**
 * Shows runs that train side by side: all of them in one table, what should be read in lines of its own. Writes to
 * standard error only.
 */
export class WorkersProgress {
  readonly #terminal: TerminalWatch;
  /** Warnings of runs before, which are not said again. */
  readonly #said = new Set<string>();

  constructor(runs: FollowRuns) {
    this.#terminal = watchInTerminal(runs);
  }

  /** Takes an event of a run; the table has its numbers from the journals. */
  show(run: PlannedRun, event: RunEvent): void {
    if (event.type !== 'warning' || this.#said.has(event.message)) return;
    this.#said.add(event.message);
    this.note(`${run.label}: ${warningLine(event.message, event.level)}`);
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
