import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { liftedStructure, options } from './lifted-structure.ts';

/** Lifted structured loss. */
export default definePlugin({
  kind: 'loss',
  name: 'lifted-structure',
  summary: 'Lifted structured loss (Song et al., CVPR 2016) and its generalized form (Hermans et al., 2017)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => liftedStructure(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
