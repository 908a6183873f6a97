import { warmupFactor, warmupSteps, type Schedule, type Warmup } from 'ablate-ml';

/** Numbers of the polynomial schedule. */
export interface PolynomialOptions {
  /** Learning rate at the start, after the warm-up. */
  readonly rate: number;
  /** Of what is left of training. */
  readonly power: number;
  /** Learning rate that the end of training approaches. */
  readonly finalRate: number;
  readonly warmup: Warmup;
}

/** Falls from `rate` to `finalRate` as a power of the share of the steps that is left after the warm-up. */
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
