import { z, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema, warmupSteps } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  power: z.number().positive().default(1).describe('of what is left of training'),
  finalRate: z.number().min(0).default(0).describe('learning rate that the end of training approaches'),
  warmup: warmupSchema,
});

/** Numbers of the polynomial schedule. */
export type PolynomialOptions = z.output<typeof options>;

/** Lowers the rate from `rate` to `finalRate` as a power of the share of the steps that is left after the warm-up. */
export function polynomial(options: PolynomialOptions): Schedule {
  return {
    rate(progress) {
      const { rate, power, finalRate, warmup } = options;
      const start = warmupSteps(warmup, progress);
      if (progress.step < start) return rate * warmupFactor(warmup, progress);
      const left = 1 - Math.min(1, (progress.step - start) / Math.max(1, progress.steps - start));
      return finalRate + (rate - finalRate) * left ** power;
    },
  };
}
