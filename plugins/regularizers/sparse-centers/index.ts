import { definePlugin } from 'ablate-ml';
import { sparseCenters, options } from './sparse-centers.ts';

/** Draws the centers of a class together. */
export default definePlugin({
  kind: 'regularizer',
  name: 'sparse-centers',
  summary: 'Draws the centers of a class together',
  framework: '^0.1.0',
  schema: options,
  create: (options) => sparseCenters(options),
});
