import { cursorStream } from '../../base/errors/guard-output.ts';
import { printable, printableInLine } from '../../base/errors/printable.ts';
import type { FollowRuns } from './follow-runs.ts';
import type { RunState } from '../../records/journal/followed-run.ts';
import { liveTable } from './live-table.ts';

const redraw = 1000;
/** Where there is no terminal, a line at most so often, and at every change of status. */
const lineInterval = 10_000;

/** Runs shown in a terminal. */
export interface TerminalWatch {
  /** A line of its own, which stays. */
  note(line: string): void;
  /** Shows how all stands now, and ends. */
  close(): void;
}

/** Shows runs in a terminal: a table that is drawn again in place; lines now and then in a pipe. */
export function watchInTerminal(runs: FollowRuns, stream: NodeJS.WriteStream = process.stderr): TerminalWatch {
  return stream.isTTY ? table(runs, cursorStream(stream)) : lines(runs, stream);
}

function table(runs: FollowRuns, stream: NodeJS.WriteStream): TerminalWatch {
  let drawn = 0;
  const draw = (): void => {
    const next = liveTable(runs.states, stream.columns ?? 80, stream.rows ?? 24);
    stream.write(`${drawn > 0 ? `\x1b[${drawn}A\r` : ''}\x1b[J${next.join('\n')}\n`);
    drawn = next.length;
  };
  draw();
  const timer = setInterval(draw, redraw);
  return {
    note(line) {
      stream.write(`${drawn > 0 ? `\x1b[${drawn}A\r\x1b[J` : ''}${printable(line)}\n`);
      drawn = 0;
      draw();
    },
    close() {
      clearInterval(timer);
      draw();
    },
  };
}

function lines(runs: FollowRuns, stream: NodeJS.WriteStream): TerminalWatch {
  const told = new Map<string, string>();
  const last = new Map<string, number>();
  const tell = (changed: readonly RunState[]): void => {
    for (const run of changed) {
      const now = performance.now();
      const isNews = told.get(run.key) !== run.status;
      if (!isNews && now - (last.get(run.key) ?? 0) < lineInterval) continue;
      told.set(run.key, run.status);
      last.set(run.key, now);
      const loss = run.loss === null ? '' : `  loss ${run.loss.toPrecision(4)}`;
      stream.write(
        `${printableInLine(run.title)}: ${run.status}  step ${run.step}/${run.steps}${loss}${run.error ? `  ${run.error}` : ''}\n`,
      );
    }
  };
  tell(runs.states);
  const close = runs.listen(tell);
  return { note: (line) => void stream.write(`${line}\n`), close };
}
