import { warmupFactor, type Schedule, type Warmup } from 'ablate-ml';

/** Numbers of the restarts schedule. */
export interface RestartsOptions {
  /** Learning rate at the start, after the warm-up. */
  readonly rate: number;
  /** Length of the first cycle. */
  readonly epochs: number;
  /** What each cycle is longer by than the one before. */
  readonly growth: number;
  /** What each restart multiplies the rate by. */
  readonly factor: number;
  /** Learning rate that the end of a cycle approaches. */
  readonly finalRate: number;
  readonly warmup: Warmup;
}

/** Cosine annealing with warm restarts (Loshchilov and Hutter, ICLR 2017, eq. 5). */
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
