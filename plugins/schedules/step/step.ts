import { z, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start'),
  at: z
    .array(z.number().positive())
    .default([])
    .describe('epochs after which the rate is multiplied by `factor`, each once'),
  factor: z.number().positive().default(0.1).describe('what the rate is multiplied by'),
  warmup: warmupSchema,
});

/** Numbers of the step schedule. */
export type StepOptions = z.output<typeof options>;

/** Multiplies the rate by `factor` for each epoch of `at` that is done: rate · factor^#{a ∈ at: a ≤ epoch}. */
export function step(options: StepOptions): Schedule {
  return {
    rate(progress) {
      const { rate, at, factor, warmup } = options;
      // A share of an epoch is a quotient of steps: without the margin, 6.7 epochs might come a step late.
      const passed = at.filter((epoch) => epoch <= progress.epoch + 1e-9).length;
      return rate * factor ** passed * warmupFactor(warmup, progress);
    },
  };
}
