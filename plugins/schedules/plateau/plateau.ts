import { warmupFactor, type PastValidation, type Schedule, type Warmup } from 'ablate-ml';

/** Numbers of the plateau schedule. */
export interface PlateauOptions {
  /** Learning rate at the start. */
  readonly rate: number;
  /** What is watched, e.g. `validation/accuracy`. */
  readonly metric: string;
  /** Whether more of it is better, or less. */
  readonly mode: 'max' | 'min';
  /** What the rate is multiplied by. */
  readonly factor: number;
  /** Validations without a gain that are let pass. */
  readonly patience: number;
  /** Least gain that counts. */
  readonly threshold: number;
  /** Whether the gain is a share of the best. */
  readonly thresholdMode: 'relative' | 'absolute';
  /** Validations after a fall that are not counted. */
  readonly cooldown: number;
  /** Learning rate below which it never falls. */
  readonly minRate: number;
  readonly warmup: Warmup;
}

/** Multiplies the rate by `factor` after `patience` validations without a gain: what they found decides, and nothing else. */
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
