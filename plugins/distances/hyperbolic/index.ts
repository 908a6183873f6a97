import { definePlugin } from 'ablate-ml';
import { hyperbolic, options } from './hyperbolic.ts';

/** The distance in the Poincaré ball. */
export default definePlugin({
  kind: 'distance',
  name: 'hyperbolic',
  summary: 'The distance in the Poincaré ball',
  framework: '^0.1.0',
  schema: options,
  create: (options) => hyperbolic(options),
});
