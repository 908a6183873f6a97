import { z, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate'),
  warmup: warmupSchema,
});

/** Options of a constant rate. */
export type ConstantOptions = z.output<typeof options>;

/** Gives the same rate throughout, after the warm-up. */
export function constant(options: ConstantOptions): Schedule {
  return { rate: (progress) => options.rate * warmupFactor(options.warmup, progress) };
}
