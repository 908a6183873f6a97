import { definePlugin } from 'ablate-ml';
import { lp, options } from './lp.ts';

/** The distance of a p-norm. */
export default definePlugin({
  kind: 'distance',
  name: 'lp',
  summary: 'The distance of a p-norm',
  framework: '^0.1.0',
  schema: options,
  create: (options) => lp(options),
});
