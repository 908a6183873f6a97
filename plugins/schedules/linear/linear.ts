import { z, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema, warmupSteps } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  finalRate: z.number().min(0).default(0).describe('learning rate that the end of training approaches'),
  warmup: warmupSchema,
});

/** Numbers of the linear schedule. */
export type LinearOptions = z.output<typeof options>;

/** Goes from `rate` to `finalRate` in a straight line over the steps after the warm-up. */
export function linear(options: LinearOptions): Schedule {
  return {
    rate(progress) {
      const { rate, finalRate, warmup } = options;
      const start = warmupSteps(warmup, progress);
      if (progress.step < start) return rate * warmupFactor(warmup, progress);
      return rate + (finalRate - rate) * Math.min(1, (progress.step - start) / Math.max(1, progress.steps - start));
    },
  };
}
