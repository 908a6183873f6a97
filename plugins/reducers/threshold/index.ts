import { definePlugin } from 'ablate-ml';
import { threshold, options } from './threshold.ts';

/** The mean over losses within bounds. */
export default definePlugin({
  kind: 'reducer',
  name: 'threshold',
  summary: 'The mean over losses within bounds',
  framework: '^0.1.0',
  schema: options,
  create: (options) => threshold(options),
});
