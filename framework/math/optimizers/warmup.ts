import { z } from 'zod';
import type { Progress } from '../../contracts/schedule.ts';

const length = z.number().nonnegative();

/** Option `warmup` of a schedule: over how many epochs or steps the rate rises, or none. */
export const warmupSchema = z
  .union([z.strictObject({ epochs: length }), z.strictObject({ steps: length })])
  .nullable()
  .default(null)
  .describe(
    '`{epochs: 1}` or `{steps: 500}`: the rate rises in a straight line from near 0 to its full value over so long; null for no warm-up',
  );

/** How long a warm-up lasts. */
export type Warmup = z.output<typeof warmupSchema>;

/** Counts the steps of the warm-up in this run. */
export function warmupSteps(warmup: Warmup, { steps, epochs }: Progress): number {
  if (warmup === null) return 0;
  return 'steps' in warmup ? warmup.steps : (warmup.epochs * steps) / epochs;
}

/**
 * Computes the factor of the rate during warm-up: (step + 1) / warm-up steps, so that the first step already learns,
 * and 1 afterwards (Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2).
 */
export function warmupFactor(warmup: Warmup, progress: Progress): number {
  const length = warmupSteps(warmup, progress);
  return length > 0 ? Math.min(1, (progress.step + 1) / length) : 1;
}
