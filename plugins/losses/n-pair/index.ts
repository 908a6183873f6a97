import { definePlugin, z } from 'ablate-ml';
import { nPair } from './n-pair.ts';

/** Multi-class N-pair loss. */
export default definePlugin({
  kind: 'loss',
  name: 'n-pair',
  summary: 'Multi-class N-pair loss on inner products (Sohn, NIPS 2016)',
  framework: '^0.1.0',
  schema: z.strictObject({
    pairing: z
      .enum(['disjoint', 'all'])
      .default('disjoint')
      .describe(
        'N-pair-mc over pairs that share no image, or the (N+1)-tuplet loss of every pair against every image of another class',
      ),
    normWeight: z
      .number()
      .min(0, 'normWeight weighs a squared norm and cannot be negative')
      .default(0)
      .describe('weight of the mean squared norm of the embeddings in pairs'),
  }),
  create: (options) => nPair(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ pairing }) => [...(pairing === 'all' ? (['batch-permutation'] as const) : []), 'class-permutation'],
});
