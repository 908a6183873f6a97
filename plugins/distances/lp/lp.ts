import { z, type Distance } from 'ablate-ml';
import { lpDistances } from 'ablate-ml/losses';

export const options = z.strictObject({
  p: z.number().min(1, 'p of a distance is at least 1').default(1).describe('p of the norm'),
});

/** Options of the distance `lp`. */
export type LpOptions = z.output<typeof options>;

/** Makes the distance of the p-norm, (Σ_d |x_d − y_d|^p)^(1/p). */
export function lp(options: LpOptions): Distance {
  return { between: (x, y) => lpDistances(x, y, options.p) };
}
