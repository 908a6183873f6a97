import { warmupFactor, type Schedule, type Warmup } from 'ablate-ml';

/** The same rate throughout, after the warm-up. */
export function constant(options: { readonly rate: number; readonly warmup: Warmup }): Schedule {
  return { rate: (progress) => options.rate * warmupFactor(options.warmup, progress) };
}
