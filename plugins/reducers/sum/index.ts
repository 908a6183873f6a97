import { definePlugin, z } from 'ablate-ml';
import { sum } from './sum.ts';

/** The sum. */
export default definePlugin({
  kind: 'reducer',
  name: 'sum',
  summary: 'The sum',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => sum(),
});
