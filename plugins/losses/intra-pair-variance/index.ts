import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { intraPairVariance, options } from './intra-pair-variance.ts';

/** Intra-pair variance loss, to be added to another. */
export default definePlugin({
  kind: 'loss',
  name: 'intra-pair-variance',
  summary:
    'Intra-pair variance loss: draws the similarities of each sort of pairs to their mean (Yu and Tao, ICCV 2019)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => intraPairVariance(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
