import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, recallAtK } from './recall-at-k.ts';

/** Recall@k surrogate. */
export default definePlugin({
  kind: 'loss',
  name: 'recall-at-k',
  summary: 'Recall@k surrogate: sigmoids for the rank and for k (Patel et al., CVPR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => recallAtK(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
