import { definePlugin, z } from 'ablate-ml';

/** A schedule that falls through zero. */
export default definePlugin({
  kind: 'schedule',
  name: 'negative-rate',
  summary: 'a rate below zero',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => ({ rate: ({ epoch }) => 0.1 - 0.02 * epoch }),
});
