import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { angular, options } from './angular.ts';

/** Angular loss. */
export default definePlugin({
  kind: 'loss',
  name: 'angular',
  summary: 'Angular loss: bounds the angle at the negative of a triangle (Wang et al., ICCV 2017)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => angular(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize }) => [
    ...(normalize ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
