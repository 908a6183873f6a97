import type { Schedule } from 'ablate-ml';

/** Numbers of the one-cycle schedule. */
export interface OneCycleOptions {
  /** Learning rate at the peak. */
  readonly rate: number;
  /** Share of the steps until the peak. */
  readonly rise: number;
  /** What the peak is divided by at the start. */
  readonly initialDivisor: number;
  /** What the start is divided by at the end. */
  readonly finalDivisor: number;
  /** Of rise and fall. */
  readonly shape: 'cosine' | 'linear';
}

/** One cycle of the rate (Smith and Topin, 2018): up to the peak, down to far below the start. */
export function oneCycle(options: OneCycleOptions): Schedule {
  return {
    rate(progress) {
      const { rate, rise, initialDivisor, finalDivisor, shape } = options;
      const [start, end] = [rate / initialDivisor, rate / initialDivisor / finalDivisor];
      const [peak, last] = [rise * progress.steps - 1, progress.steps - 1];
      const between = (from: number, to: number, share: number): number =>
        shape === 'linear' ? from + (to - from) * share : to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
      if (progress.step <= peak) return between(start, rate, progress.step / peak);
      return between(rate, end, Math.min(1, (progress.step - peak) / Math.max(last - peak, 1e-9)));
    },
  };
}
