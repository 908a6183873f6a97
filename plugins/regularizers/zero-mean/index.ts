import { definePlugin, z } from 'ablate-ml';
import { zeroMean } from './zero-mean.ts';

/** The mean absolute sum of rows. */
export default definePlugin({
  kind: 'regularizer',
  name: 'zero-mean',
  summary: 'The mean absolute sum of rows',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => zeroMean(),
});
