import { definePlugin } from 'ablate-ml';
import { angular, options } from './angular.ts';

/** Triplets whose angle at the negative is wide. */
export default definePlugin({
  kind: 'miner',
  name: 'angular',
  summary: 'Triplets whose angle at the negative is wide',
  framework: '^0.1.0',
  schema: options,
  create: (options) => angular(options),
  invariances: ({ normalize }) => [
    ...(normalize ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
