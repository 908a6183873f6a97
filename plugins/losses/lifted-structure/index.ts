import { definePlugin } from 'ablate-ml';
import { liftedStructure, options } from './lifted-structure.ts';

/** Lifted structured loss. */
export default definePlugin({
  kind: 'loss',
  name: 'lifted-structure',
  summary: 'Lifted structured loss (Song et al., CVPR 2016) and its generalized form (Hermans et al., 2017)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => liftedStructure(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize }) => [
    ...(normalize ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
