import { warmupFactor, warmupSteps, type Schedule, type Warmup } from 'ablate-ml';

/** Numbers of the linear schedule. */
export interface LinearOptions {
  /** Learning rate at the start, after the warm-up. */
  readonly rate: number;
  /** Learning rate that the end of training approaches. */
  readonly finalRate: number;
  readonly warmup: Warmup;
}

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
