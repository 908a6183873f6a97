import { tell } from '../../base/system/tell.ts';

/** Tells how far something is that may take minutes. */
export type ReportProgress = (done: number) => void;

/** Milliseconds until the first line, and between lines. */
const quiet = 3000;
const between = 10_000;

/**
 * Writes lines to the error output while something goes on that takes longer than a few seconds: `Reading train.csv:
 * 1,200,000 rows`.
 *
 * @param line what to say of `done`
 */
export function reportProgress(line: (done: string) => string): ReportProgress {
  let next = performance.now() + quiet;
  return (done) => {
    if (performance.now() < next) return;
    next = performance.now() + between;
    tell(line(done.toLocaleString('en')));
  };
}
