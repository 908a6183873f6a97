import { warmupFactor, type Schedule, type Warmup } from 'ablate-ml';

/** Numbers of the exponential schedule. */
export interface ExponentialOptions {
  /** Learning rate at the start, after the warm-up. */
  readonly rate: number;
  /** What an epoch multiplies the rate by. */
  readonly factor: number;
  /** Falls from step to step instead of from epoch to epoch. */
  readonly smooth: boolean;
  readonly warmup: Warmup;
}

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
