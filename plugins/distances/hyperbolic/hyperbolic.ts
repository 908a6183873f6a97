import { z, type Distance } from 'ablate-ml';
import { poincareDistances, poincareOptions } from 'ablate-ml/losses';

export const options = z.strictObject(poincareOptions);

/** Options of the distance `hyperbolic`. */
export type HyperbolicOptions = z.output<typeof options>;

/** Makes the distance in the Poincaré ball, after the exponential map at 0 and clipping. */
export function hyperbolic(options: HyperbolicOptions): Distance {
  return { between: (x, y) => poincareDistances(x, y, options) };
}
