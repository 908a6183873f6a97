import type { LineProcess } from './line-process.ts';

/** Median of numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What alternating runs of two programs gave; milliseconds a step. */
export interface PairedResult {
  readonly ours: number;
  readonly theirs: number;
  /** Ratio ours / theirs of each pair's medians: the median over pairs, and the extremes. */
  readonly ratio: { readonly median: number; readonly least: number; readonly most: number };
  readonly pairs: number;
}

/**
 * Runs two programs in turn, so that a machine whose speed drifts slows both alike; `warmup` steps of each come first.
 */
export async function paired(
  ours: LineProcess,
  theirs: LineProcess,
  pairs: number,
  steps: number,
  warmup = Math.max(3, steps >> 1),
): Promise<PairedResult> {
  for (const program of [ours, theirs]) await program.ask(`steps ${warmup}`);
  const medians: [number, number][] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const one = median(await ours.ask<number[]>(`steps ${steps}`));
    const other = median(await theirs.ask<number[]>(`steps ${steps}`));
    medians.push([one, other]);
  }
  return resultOf(medians);
}

/** What pairs of times gave. */
export function resultOf(times: readonly (readonly [ours: number, theirs: number])[]): PairedResult {
  const ratios = times.map(([one, other]) => one / other);
  return {
    ours: median(times.map(([one]) => one)),
    theirs: median(times.map(([, other]) => other)),
    ratio: { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) },
    pairs: times.length,
  };
}
