import { z, type Schedule } from 'ablate-ml';

export const options = z.strictObject({
  rate: z.number().positive().describe('learning rate at the peak'),
  rise: z.number().gt(0).lt(1).default(0.3).describe('share of the steps until the peak'),
  initialDivisor: z.number().min(1).default(25).describe('what the peak is divided by at the start'),
  finalDivisor: z.number().min(1).default(10000).describe('what the start is divided by at the end'),
  shape: z.enum(['cosine', 'linear']).default('cosine').describe('of rise and fall'),
});

/** Numbers of the one-cycle schedule. */
export type OneCycleOptions = z.output<typeof options>;

/** Computes one cycle of the rate (Smith and Topin, 2018): up to the peak, down to far below the start. */
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
