import type { GradientUpdate } from '../contracts/optimizer.ts';

/** Largest magnitude in each gradient, by parameter name; NaN where the gradient holds one. */
export function largestGradients(updates: readonly GradientUpdate[]): Record<string, number> {
  return Object.fromEntries(updates.map(({ parameter, gradient }) => {
    // A device's `max` may skip NaN, so the magnitudes are compared here, where a NaN can't hide.
    let largest = 0;
    for (const value of gradient.dataSync<'float32'>()) {
      if (Number.isNaN(value)) return [parameter.name, NaN];
      largest = Math.max(largest, Math.abs(value));
    }
    return [parameter.name, largest];
  }));
}
