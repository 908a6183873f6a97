import type { GradientUpdate } from '../../contracts/optimizer.ts';

/** Finds the largest magnitude in each gradient, by parameter name; NaN where the gradient holds one. */
export async function largestGradients(updates: readonly GradientUpdate[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { parameter, gradient } of updates) found[parameter.name] = largest(await gradient.data<'float32'>());
  return found;
}

// A device's `max` may skip NaN, so the magnitudes are compared here, where a NaN can't hide.
function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) {
    if (Number.isNaN(value)) return NaN;
    most = Math.max(most, Math.abs(value));
  }
  return most;
}
