import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { nPair, options } from './n-pair.ts';

/** Multi-class N-pair loss. */
export default definePlugin({
  kind: 'loss',
  name: 'n-pair',
  summary: 'Multi-class N-pair loss on inner products (Sohn, NIPS 2016)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => nPair(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ pairing }) => [...(pairing === 'all' ? (['batch-permutation'] as const) : []), 'class-permutation'],
});
