import { freeMemory } from '../../base/system/free-memory.ts';
import { gibibytes } from '../../base/system/gibibytes.ts';
import type { KindOfRun } from '../../training/memory-estimate/sweep-memory.ts';

/** How runs are weighed against the memory there is. */
export interface FittingOptions {
  /** What the runs take; asked for only where more than one could run at a time. */
  readonly kinds: () => Promise<readonly KindOfRun[]>;
  readonly onNote: (line: string) => void;
  /** Bytes that all workers may take together. */
  readonly free?: number;
}

/**
 * Counts how many of `most` workers fit into memory whichever runs meet: as many of the largest runs as fit together,
 * at least one. Runs whose memory cannot be estimated do not count. What is less than `most` is told.
 */
export async function fittingWorkers(
  most: number,
  { kinds, onNote, free = freeMemory() }: FittingOptions,
): Promise<number> {
  const peaks = (await kinds()).flatMap(({ runs, answer: { estimate } }) =>
    estimate ? Array.from({ length: Math.min(runs, most) }, () => estimate.peak) : [],
  );
  const count = largestTogether(peaks, most, free);
  const largest = Math.max(...peaks);
  if (count < most)
    onNote(
      `${count} ${count === 1 ? 'worker' : 'workers'} instead of ${most}: ${peaks.every((peak) => peak === largest) ? 'each run' : 'the largest run'} takes about ${gibibytes(largest, 1)} of ${gibibytes(free, 1)} free`,
    );
  return count;
}

/** Counts the most workers at which any runs that meet fit into `free` bytes; at least one. */
export function largestTogether(peaks: readonly number[], most: number, free: number): number {
  let [count, taken] = [0, 0];
  for (const peak of [...peaks].sort((one, other) => other - one).slice(0, most)) {
    taken += peak;
    if (taken > free) return Math.max(1, count);
    count++;
  }
  return most;
}
