import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { contrastive, options } from './contrastive.ts';

/** Contrastive loss over the pairs of a batch. */
export default definePlugin({
  kind: 'loss',
  name: 'contrastive',
  summary: 'Contrastive loss over all pairs of the batch (Hadsell et al., CVPR 2006)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => contrastive(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
