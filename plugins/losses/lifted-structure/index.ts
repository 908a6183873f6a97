import { definePlugin, z } from 'ablate-ml';
import { liftedStructure } from './lifted-structure.ts';

/** Lifted structured loss. */
export default definePlugin({
  kind: 'loss',
  name: 'lifted-structure',
  summary: 'Lifted structured loss (Song et al., CVPR 2016) and its generalized form (Hermans et al., 2017)',
  framework: '^0.1.0',
  schema: z.strictObject({
    variant: z
      .enum(['song', 'generalized'])
      .default('song')
      .describe('a loss a positive pair (the paper), or a loss an anchor over all its positives'),
    margin: z
      .number()
      .min(0, 'margin is a distance and cannot be negative')
      .default(1)
      .describe('α: distance from which on a negative matters little'),
    normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
  }),
  create: (options) => liftedStructure(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize }) => [
    ...(normalize ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
