import type { RunSummary } from '../../records/run-folder/summary.ts';
import { noiseOf, type Noise } from './seed-noise.ts';

/** How near two numbers, or two runs, are to each other. */
export type Verdict = 'identical' | 'within seed noise' | 'different';

/** One final metric of two runs. */
export interface ComparedMetric {
  readonly name: string;
  /** Null where the run has none of that name. */
  readonly before: number | null;
  readonly after: number | null;
  readonly noise: Noise;
  readonly verdict: Verdict;
}

/** Chooses the least near of some verdicts; identical for none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return (['different', 'within seed noise'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'identical';
}

/**
 * Compares the final metrics of two runs side by side. The same bits are identical (NaN equals NaN); a difference no
 * larger than chance makes it is within seed noise.
 *
 * @param seeds summaries of runs that differ from the first in the seed alone, its own among them
 * @param tolerance relative; it counts where there are too few seeds
 */
export function compareMetrics(
  before: RunSummary,
  after: RunSummary,
  seeds: readonly RunSummary[],
  tolerance: number,
): ComparedMetric[] {
  const names = [...new Set([...Object.keys(before.metrics), ...Object.keys(after.metrics)])];
  return names.map((name): ComparedMetric => {
    const [one, other] = [before.metrics[name] ?? null, after.metrics[name] ?? null];
    const values = seeds.flatMap(({ metrics }) => (name in metrics ? [metrics[name]!] : []));
    const noise = noiseOf(values, Math.max(Math.abs(one ?? 0), Math.abs(other ?? 0)), tolerance);
    const near = one !== null && other !== null && Math.abs(one - other) <= noise.amount;
    return {
      name,
      before: one,
      after: other,
      noise,
      verdict: Object.is(one, other) ? 'identical' : near ? 'within seed noise' : 'different',
    };
  });
}
