import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { history, weights } from './history.ts';

/** Folders of the runs of an experiment, by name. */
export function runsOf(experiment: string): string[] {
  const names = existsSync(experiment)
    ? readdirSync(experiment).filter((name) => existsSync(join(experiment, name, 'summary.json')))
    : [];
  return names.sort().map((name) => join(experiment, name));
}

/**
 * All that must be equal between two executions of a sweep: every checkpoint, every number of every run, the final
 * table where it is complete.
 *
 * @param interrupted the last checkpoint alone of each run: one that is written at an interruption takes the place of
 * an older one
 */
export function resultsOf(experiment: string, { isComplete = true, interrupted = false } = {}): unknown {
  const runs = runsOf(experiment).map(
    (dir) =>
      [
        dir.slice(experiment.length + 1),
        { weights: interrupted ? Object.entries(weights(dir)).at(-1) : weights(dir), history: history(dir) },
      ] as const,
  );
  return {
    table: isComplete ? readFileSync(join(experiment, 'comparison.md'), 'utf8') : '',
    runs: Object.fromEntries(runs),
  };
}

/**
 * The process that holds a run's folder, as soon as the run's journal has grown beyond some bytes; undefined before.
 */
export function holderOf(dir: string, bytes: number): number | undefined {
  try {
    if (statSync(join(dir, 'journal.jsonl')).size < bytes) return undefined;
    return (JSON.parse(readFileSync(join(dir, 'lock'), 'utf8')) as { pid: number }).pid;
  } catch {
    return undefined;
  }
}

/** Waits until something is there. */
export async function until<T>(look: () => T | undefined, what: string, milliseconds = 120_000): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`There was no ${what} within ${milliseconds / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
