import { z, type PastValidation, type Schedule } from 'ablate-ml';
import { warmupFactor, warmupSchema } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start'),
  metric: z
    .string()
    .startsWith('validation/', 'a metric of validation, e.g. validation/accuracy')
    .describe('what is watched, e.g. `validation/accuracy`'),
  mode: z.enum(['max', 'min']).default('max').describe('whether more of it is better, or less'),
  factor: z.number().positive().lt(1).default(0.1).describe('what the rate is multiplied by'),
  patience: z.int().min(0).default(10).describe('validations without a gain that are let pass'),
  threshold: z.number().min(0).default(0.0001).describe('least gain that counts'),
  thresholdMode: z
    .enum(['relative', 'absolute'])
    .default('relative')
    .describe('whether the gain is a share of the best'),
  cooldown: z.int().min(0).default(0).describe('validations after a fall that are not counted'),
  minRate: z.number().min(0).default(0).describe('learning rate below which it never falls'),
  warmup: warmupSchema,
});

/** Numbers of the plateau schedule. */
export type PlateauOptions = z.output<typeof options>;

/**
 * Multiplies the rate by `factor` after `patience` validations without a gain: what they found decides, and nothing
 * else.
 */
export function plateau(options: PlateauOptions): Schedule {
  return {
    watches: [options.metric],
    rate(progress) {
      const past = (progress.validations ?? []).filter(({ step }) => step <= progress.step);
      return rateAfter(options, past) * warmupFactor(options.warmup, progress);
    },
  };
}

function rateAfter(options: PlateauOptions, past: readonly PastValidation[]): number {
  const { metric, factor, patience, cooldown, minRate } = options;
  let rate = options.rate;
  let best: number | undefined;
  let [without, cooling] = [0, 0];
  for (const { metrics } of past) {
    const value = metrics[metric];
    if (value === undefined) continue;
    if (isGain(options, value, best)) [best, without] = [value, 0];
    else without++;
    if (cooling > 0) [cooling, without] = [cooling - 1, 0];
    if (without <= patience) continue;
    rate = Math.max(rate * factor, minRate);
    [cooling, without] = [cooldown, 0];
  }
  return rate;
}

function isGain({ mode, threshold, thresholdMode }: PlateauOptions, value: number, best: number | undefined): boolean {
  if (best === undefined) return true;
  const sign = mode === 'max' ? 1 : -1;
  const least = thresholdMode === 'relative' ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === 'max' ? value > least : value < least;
}
