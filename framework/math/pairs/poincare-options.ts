import { z } from 'zod';

/** Options of the Poincaré ball that embeddings are mapped into, to be spread into a schema. */
export const poincareOptions = {
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
};
