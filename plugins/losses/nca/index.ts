import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { nca, options } from './nca.ts';

/** Neighborhood components analysis and the soft nearest neighbor loss. */
export default definePlugin({
  kind: 'loss',
  name: 'nca',
  summary:
    'Neighborhood components analysis, soft nearest neighbor loss (Goldberger et al., NIPS 2004; Frosst et al., ICML 2019)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => nca(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
