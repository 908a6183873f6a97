import { definePlugin } from 'ablate-ml';
import { lp, options } from './lp.ts';

/** The mean p-norm of rows. */
export default definePlugin({
  kind: 'regularizer',
  name: 'lp',
  summary: 'The mean p-norm of rows',
  framework: '^0.1.0',
  schema: options,
  create: (options) => lp(options),
});
