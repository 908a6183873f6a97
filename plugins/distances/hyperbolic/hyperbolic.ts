import { z, type Distance } from 'ablate-ml';
import { poincareDistances } from 'ablate-ml/losses';

export const options = z.strictObject({
  curvature: z
    .number()
    .positive("curvature must be above 0: the ball's radius is 1/√c")
    .default(0.1)
    .describe('c: curvature of the Poincaré ball, whose radius is 1/√c'),
  clip: z
    .number()
    .positive('clip is a norm and must be above 0')
    .nullable()
    .default(2.3)
    .describe('norm that longer embeddings are shortened to, or null for none'),
});

/** Options of the distance `hyperbolic`. */
export type HyperbolicOptions = z.output<typeof options>;

/** Distance in the Poincaré ball, after the exponential map at 0 and clipping. */
export function hyperbolic(options: HyperbolicOptions): Distance {
  return { between: (x, y) => poincareDistances(x, y, options) };
}
