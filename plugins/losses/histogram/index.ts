import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { histogram, options } from './histogram.ts';

/** Histogram loss. */
export default definePlugin({
  kind: 'loss',
  name: 'histogram',
  summary:
    'Histogram loss: the overlap of the similarities of positive and negative pairs (Ustinova and Lempitsky, NIPS 2016)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => histogram(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
