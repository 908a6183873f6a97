import { definePlugin, z } from 'ablate-ml';
import { centerInvariant } from './center-invariant.ts';

/** Draws the norms of rows together. */
export default definePlugin({
  kind: 'regularizer',
  name: 'center-invariant',
  summary: 'Draws the norms of rows together',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => centerInvariant(),
});
