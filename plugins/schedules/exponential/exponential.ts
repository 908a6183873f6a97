import { z, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  factor: z.number().positive().max(1).default(0.95).describe('what an epoch multiplies the rate by'),
  smooth: z.boolean().default(false).describe('falls from step to step instead of from epoch to epoch'),
  warmup: warmupSchema,
});

/** Numbers of the exponential schedule. */
export type ExponentialOptions = z.output<typeof options>;

/** Multiplies the rate by `factor` for every epoch done: rate · factor^epochs. */
export function exponential(options: ExponentialOptions): Schedule {
  return {
    rate(progress) {
      const { rate, factor, smooth, warmup } = options;
      // A share of an epoch is a quotient of steps: without the margin an epoch might end a step late.
      const epochs = smooth ? progress.epoch : Math.floor(progress.epoch + 1e-9);
      return rate * factor ** epochs * warmupFactor(warmup, progress);
    },
  };
}
