import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, triplet } from './triplet.ts';

/** Triplet loss over triplets mined in the batch. */
export default definePlugin({
  kind: 'loss',
  name: 'triplet',
  summary:
    'Triplet loss with mining in the batch: all, hardest or semi-hard (Schroff et al., CVPR 2015; Hermans et al., 2017)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => triplet(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
