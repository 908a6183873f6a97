import { warmupFactor, type Schedule, type Warmup } from 'ablate-ml';

/** Numbers of the step schedule. */
export interface StepOptions {
  readonly rate: number;
  /** Epochs after which the rate changes. */
  readonly at: readonly number[];
  readonly factor: number;
  readonly warmup: Warmup;
}

/** The rate times `factor` for each epoch of `at` that is done: rate · factor^#{a ∈ at: a ≤ epoch}. */
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
