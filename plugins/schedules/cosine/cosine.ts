import { z, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema, warmupSteps } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  finalRate: z.number().min(0).default(0).describe('learning rate that the end of training approaches'),
  warmup: warmupSchema,
});

/** Numbers of the cosine schedule. */
export type CosineOptions = z.output<typeof options>;

/**
 * Computes finalRate + ½ (rate − finalRate) (1 + cos π t/T) over the T steps after the warm-up (Loshchilov and Hutter,
 * ICLR 2017, eq. 5, without restarts).
 */
export function cosine(options: CosineOptions): Schedule {
  return {
    rate(progress) {
      const { rate, finalRate, warmup } = options;
      const start = warmupSteps(warmup, progress);
      if (progress.step < start) return rate * warmupFactor(warmup, progress);
      const share = Math.min(1, (progress.step - start) / Math.max(1, progress.steps - start));
      return finalRate + 0.5 * (rate - finalRate) * (1 + Math.cos(Math.PI * share));
    },
  };
}
