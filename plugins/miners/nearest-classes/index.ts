import { definePlugin } from 'ablate-ml';
import { nearestClasses, options } from './nearest-classes.ts';

/** Negatives of the classes whose weights are nearest. */
export default definePlugin({
  kind: 'miner',
  name: 'nearest-classes',
  summary: 'Negatives of the classes whose weights are nearest',
  framework: '^0.1.0',
  schema: options,
  create: (options) => nearestClasses(options),
});
