import type { PastValidation } from '../../contracts/schedule.ts';
import type { TrainSpec } from '../../experiment/spec/spec.ts';

/**
 * Tells whether the last `patience` validations, each complete, were none of them better than the best before them
 * (Prechelt, "Early Stopping – But When?", 1998, criterion UP).
 */
export function isOutOfPatience(
  { patience, keepBest }: Pick<TrainSpec, 'patience' | 'keepBest'>,
  past: readonly PastValidation[],
): boolean {
  if (!patience || !keepBest) return false;
  const { metric, mode } = keepBest;
  const values = past.map(({ metrics }) => metrics[metric] ?? Number.NaN);
  let best = Number.NaN;
  let without = 0;
  for (const value of values) {
    const isBetter = Number.isNaN(best) ? !Number.isNaN(value) : mode === 'max' ? value > best : value < best;
    if (isBetter) [best, without] = [value, 0];
    else without++;
  }
  return without >= patience;
}
