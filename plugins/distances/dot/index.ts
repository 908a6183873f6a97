import { definePlugin, z } from 'ablate-ml';
import { dot } from './dot.ts';

/** Minus the inner product. */
export default definePlugin({
  kind: 'distance',
  name: 'dot',
  summary: 'Minus the inner product',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => dot(),
});
