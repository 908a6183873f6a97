import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { multiSimilarity, options } from './multi-similarity.ts';

/** Multi-similarity loss. */
export default definePlugin({
  kind: 'loss',
  name: 'multi-similarity',
  summary: 'Multi-similarity loss with its pair mining (Wang et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => multiSimilarity(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
