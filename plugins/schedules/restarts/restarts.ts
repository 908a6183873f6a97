import { z, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  epochs: z.number().positive().describe('length of the first cycle'),
  growth: z.number().min(1).default(1).describe('what each cycle is longer by than the one before'),
  factor: z.number().positive().max(1).default(1).describe('what each restart multiplies the rate by'),
  finalRate: z.number().min(0).default(0).describe('learning rate that the end of a cycle approaches'),
  warmup: warmupSchema,
});

/** Numbers of the restarts schedule. */
export type RestartsOptions = z.output<typeof options>;

/** Computes cosine annealing with warm restarts (Loshchilov and Hutter, ICLR 2017, eq. 5). */
export function restarts(options: RestartsOptions): Schedule {
  return {
    rate(progress) {
      const { rate, epochs, growth, factor, finalRate, warmup } = options;
      // A share of an epoch is a quotient of steps: without the margin a cycle might begin a step late.
      let [left, length, peak] = [progress.epoch + 1e-9, epochs, rate];
      while (left >= length) [left, length, peak] = [left - length, length * growth, peak * factor];
      const share = Math.max(0, left - 1e-9) / length;
      return (finalRate + ((peak - finalRate) / 2) * (1 + Math.cos(Math.PI * share))) * warmupFactor(warmup, progress);
    },
  };
}
